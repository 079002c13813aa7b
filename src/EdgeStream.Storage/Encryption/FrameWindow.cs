namespace EdgeStream.Storage;

/// <summary>
/// Shows an encrypted segment as it was written, a few frames at a time, in memory that is reserved and not used: only
/// what is being read takes room.
/// </summary>
internal sealed class FrameWindow : SegmentWindow
{
    /// <summary>So much is decrypted at a time, if it is there.</summary>
    private const int StepSizeBytes = 64 << 10;

    /// <summary>What was read is let go when so much is shown.</summary>
    private const int ShownSizeBytesMax = 256 << 10;

    private readonly MappedRegion _file;
    private readonly Action _release;
    private readonly FrameOpener _frames;
    private readonly ReservedMemory _memory;
    private int _shownStart = -1;

    /// <summary>Shares the mapping of the file.</summary>
    /// <param name="file">The mapping.</param>
    /// <param name="cipher">The segment's cipher.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="release">Ends the share.</param>
    internal FrameWindow(MappedRegion file, SegmentCipher cipher, ulong salt, Action release)
    {
        _file = file;
        _release = release;
        _memory = new ReservedMemory(file.Bytes.Length);
        _frames = new FrameOpener(cipher, salt);
        Cipher = cipher;
        Salt = salt;
    }

    /// <summary>The file as it is.</summary>
    internal MappedRegion File => _file;

    private SegmentCipher Cipher { get; }

    private ulong Salt { get; }

    /// <inheritdoc/>
    internal override unsafe MappedRegion ToRegion() => new(_memory.Address, _file.SizeBytes, this) { Window = this };

    /// <inheritdoc/>
    internal override bool TryShow(ref EntryCursor cursor, int end)
    {
        if (_shownStart < 0 || cursor.Offset < _shownStart || cursor.Offset > _frames.Offset)
        {
            _frames.StartAt(cursor.Offset, cursor.Last);
            Clear();
        }
        else if (_frames.Offset - _shownStart > ShownSizeBytesMax)
        {
            Clear();
        }

        // A frame that also stands where it does not belong is read there, and not once more in its own place.
        _frames.Pass(cursor.Last);
        if (!_frames.TryOpenNext(_file.Bytes, end, _memory.Bytes, out var first))
        {
            return false;
        }

        ShowMore(first, end);
        cursor = new EntryCursor(Salt, first, cursor.Last);
        return true;
    }

    /// <summary>Forgets what is shown: the file shows more than it did.</summary>
    internal void Restart() => _shownStart = -1;

    /// <inheritdoc/>
    internal override byte[] ToReadable()
    {
        var bytes = new byte[_file.Bytes.Length];
        using var frames = new FrameOpener(Cipher, Salt);
        frames.StartAt(SegmentCipher.HeaderSizeBytes, SequenceNumber.None);
        frames.OpenAll(_file.Bytes, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _memory.Dispose();
        _frames.Dispose();
        _release();
    }

    /// <summary>Shows the frames that follow one another without a gap; what is behind a gap waits until it is known
    /// which records were read before it.</summary>
    private void ShowMore(int first, int end)
    {
        while (_frames.Offset - first < StepSizeBytes)
        {
            var before = _frames.Place;
            if (!_frames.TryOpenNext(_file.Bytes, end, _memory.Bytes, out var start) || start != before.Offset)
            {
                _frames.Place = before;
                return;
            }
        }
    }

    private void Clear()
    {
        _memory.Release();
        _shownStart = _frames.Offset;
    }
}
