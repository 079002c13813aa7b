using System.Buffers;
using System.Text;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Gathers bytes for a file or for standard output and writes them in large pieces.</summary>
internal sealed class OutputBytes : IDisposable
{
    private const int PieceSizeBytes = 64 << 10;

    private readonly TextWriter _out;
    private readonly Stream? _stream;
    private readonly bool _isFile;

    /// <summary>Writes to a new file, or to the command's output where none is named.</summary>
    /// <exception cref="IOException">The file exists, or cannot be made.</exception>
    public OutputBytes(CommandOutput output, string? file)
    {
        _out = output.Out;
        _isFile = file is not null;
        try
        {
            _stream = file is not null
                ? new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0)
                : (output.Out as StreamWriter)?.BaseStream;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    /// <summary>Where to write; call <see cref="FlushIfFull"/> now and then.</summary>
    public ArrayBufferWriter<byte> Buffer { get; } = new(PieceSizeBytes);

    /// <summary>Writes what has gathered once it is a piece.</summary>
    public void FlushIfFull()
    {
        if (Buffer.WrittenCount >= PieceSizeBytes)
        {
            Flush();
        }
    }

    /// <summary>Writes what has gathered.</summary>
    public void Flush()
    {
        if (_stream is null)
        {
            _out.Write(Encoding.UTF8.GetString(Buffer.WrittenSpan));
        }
        else
        {
            _stream.Write(Buffer.WrittenSpan);
        }

        Buffer.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isFile)
        {
            _stream?.Dispose();
        }
    }
}
