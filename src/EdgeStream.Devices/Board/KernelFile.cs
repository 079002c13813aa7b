namespace EdgeStream.Devices;

/// <summary>One file of <c>/proc</c> or <c>/sys</c> that is read again with every sample.</summary>
/// <remarks>
/// A read that fails costs its own value only: it is counted, logged once until the file works again, and tried again
/// after a number of samples that doubles from 1 to 32. Not thread-safe.
/// </remarks>
internal sealed class KernelFile(string path, BoardReadFailures failures)
{
    private const int PausedSamplesMax = 32;

    private int _pausedSamples;
    private int _nextPauseSamples;

    /// <summary>Where the file is.</summary>
    internal string Path { get; } = path;

    /// <summary>Reads the file from its start, up to the size of the buffer.</summary>
    /// <remarks>
    /// The files of <c>/proc</c> come in pieces of about a page, so the read goes on until nothing is left.
    /// </remarks>
    internal bool TryRead(Span<byte> buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_pausedSamples > 0)
        {
            _pausedSamples--;
            return false;
        }

        try
        {
            using var file = File.OpenHandle(
                Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            int read;
            while (length < buffer.Length && (read = RandomAccess.Read(file, buffer[length..], length)) > 0)
            {
                length += read;
            }

            text = buffer[..length];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(exception.Message);
            return false;
        }

        return true;
    }

    /// <summary>Notes that what was read made sense; a file that had failed is reported as working again.</summary>
    internal void Succeed()
    {
        if (_nextPauseSamples > 0)
        {
            _nextPauseSamples = 0;
            failures.Recovered(Path);
        }
    }

    /// <summary>Notes that the file gave no usable value.</summary>
    internal void Fail(string reason)
    {
        failures.Add(Path, reason, isFirst: _nextPauseSamples == 0);
        _nextPauseSamples = Math.Clamp(_nextPauseSamples * 2, 1, PausedSamplesMax);
        _pausedSamples = _nextPauseSamples - 1;
    }
}
