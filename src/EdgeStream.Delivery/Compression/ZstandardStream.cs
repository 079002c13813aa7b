using System.Buffers;

namespace EdgeStream.Delivery;

/// <summary>One Zstandard frame (RFC 8878), level 3, with a window of 512 KiB and a checksum.</summary>
/// <remarks>Memory: a block of 64 KiB, and what <see cref="UnmanagedBytes"/> says, about 2 MiB.</remarks>
internal sealed class ZstandardStream : PackingStream
{
    private readonly ZstandardLibrary _library;
    private readonly Stream _output;
    private readonly nint _compressor;
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBuffer.BlockBytes);

    /// <summary>Begins a frame.</summary>
    /// <exception cref="InvalidOperationException">The machine has no libzstd.</exception>
    public ZstandardStream(Stream output)
    {
        _library = ZstandardLibrary.Instance
            ?? throw new InvalidOperationException($"{ZstandardLibrary.FileName} is not there.");
        _output = output;
        _compressor = _library.Create();
    }

    /// <inheritdoc/>
    public override long UnmanagedBytes => _library.SizeOf(_compressor);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            _library.Compress(_compressor, ref buffer, _block, isEnd: false, out var written);
            _output.Write(_block.AsSpan(0, written));
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        var nothing = ReadOnlySpan<byte>.Empty;
        bool isDone;
        do
        {
            isDone = _library.Compress(_compressor, ref nothing, _block, isEnd: true, out var written);
            _output.Write(_block.AsSpan(0, written));
        }
        while (!isDone);
        _library.Free(_compressor);
        ArrayPool<byte>.Shared.Return(_block);
    }
}
