using System.IO.Compression;

namespace EdgeStream.Delivery;

/// <summary>Compresses pages and writes each behind its header; the place in the file is known.</summary>
/// <remarks>Memory: a page twice, and what compresses it. Not thread-safe.</remarks>
internal sealed class PageWriter : IDisposable
{
    private const int DataPage = 0;
    private const int DictionaryPage = 2;
    private const int RunEncoding = 3;

    private readonly Stream _output;
    private readonly CompressionKind _compression;
    private readonly PooledBytes _packed = new();
    private readonly PooledBytes _header = new();
    private readonly ThriftWriter _thrift;
    private readonly SnappyEncoder? _snappy;
    private readonly MemoryStream? _gzip;
    private nint _zstandard;

    /// <summary>Writes pages to a stream.</summary>
    /// <exception cref="ArgumentException">Parquet's pages are not compressed so.</exception>
    public PageWriter(Stream output, CompressionKind compression)
    {
        _output = output;
        _compression = compression;
        _thrift = new ThriftWriter(_header);
        Codec = CodecOf(compression) ?? throw new ArgumentException(
            $"Pages of Parquet files are not compressed with {compression}.", nameof(compression));
        _snappy = compression == CompressionKind.Snappy ? new SnappyEncoder() : null;
        _gzip = compression == CompressionKind.Gzip ? new MemoryStream() : null;
        _zstandard = compression == CompressionKind.Zstandard
            ? (ZstandardLibrary.Instance
                ?? throw new InvalidOperationException($"{ZstandardLibrary.FileName} is not there.")).Create()
            : 0;
    }

    /// <summary>Parquet's number of the compression.</summary>
    public int Codec { get; }

    /// <summary>What was written so far, in bytes.</summary>
    public long Position { get; private set; }

    /// <summary>What it would have been without compression.</summary>
    public long UncompressedBytes { get; private set; }

    /// <summary>The memory that it holds, in bytes.</summary>
    public long CapacityBytes => _packed.CapacityBytes + _header.CapacityBytes + (_gzip?.Capacity ?? 0)
        + (_zstandard == 0 ? 0 : ZstandardLibrary.Instance!.SizeOf(_zstandard));

    /// <summary>Parquet's number of a compression; null where it has none.</summary>
    public static int? CodecOf(CompressionKind compression) => compression switch
    {
        CompressionKind.None => 0,
        CompressionKind.Snappy => 1,
        CompressionKind.Gzip => 2,
        CompressionKind.Zstandard => 6,
        _ => null,
    };

    /// <summary>Writes bytes that are no page.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Position += bytes.Length;
        UncompressedBytes += bytes.Length;
    }

    /// <summary>Writes a page of values.</summary>
    /// <param name="page">Its bytes.</param>
    /// <param name="rowCount">The rows in it.</param>
    /// <param name="encoding">Parquet's number for how its values stand.</param>
    public void WriteData(ReadOnlySpan<byte> page, int rowCount, int encoding)
    {
        var packed = BeginPage(DataPage, page);
        _thrift.Structure(5);
        _thrift.Integer(1, rowCount);
        _thrift.Integer(2, encoding);
        _thrift.Integer(3, RunEncoding);
        _thrift.Integer(4, RunEncoding);
        _thrift.End();
        EndPage(page, packed);
    }

    /// <summary>Writes a page with the distinct values.</summary>
    public void WriteDictionary(ReadOnlySpan<byte> page, int count)
    {
        var packed = BeginPage(DictionaryPage, page);
        _thrift.Structure(7);
        _thrift.Integer(1, count);
        _thrift.Integer(2, 0);
        _thrift.End();
        EndPage(page, packed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _packed.Dispose();
        _header.Dispose();
        if (_zstandard != 0)
        {
            ZstandardLibrary.Instance!.Free(_zstandard);
            _zstandard = 0;
        }
    }

    private ReadOnlySpan<byte> BeginPage(int type, ReadOnlySpan<byte> page)
    {
        var packed = Pack(page);
        _header.Cut(0);
        _thrift.Integer(1, type);
        _thrift.Integer(2, page.Length);
        _thrift.Integer(3, packed.Length);
        return packed;
    }

    private void EndPage(ReadOnlySpan<byte> page, ReadOnlySpan<byte> packed)
    {
        _thrift.End();
        _output.Write(_header.Written);
        _output.Write(packed);
        Position += _header.Length + packed.Length;
        UncompressedBytes += _header.Length + page.Length;
    }

    private ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> page)
    {
        switch (_compression)
        {
            case CompressionKind.Snappy:
                _packed.Cut(0);
                _packed.Cut(_snappy!.Compress(page, _packed.Take(SnappyEncoder.SizeBytesMax(page.Length))));
                return _packed.Written;
            case CompressionKind.Gzip:
                _gzip!.SetLength(0);
                using (var gzip = new GZipStream(_gzip, CompressionLevel.Optimal, leaveOpen: true))
                {
                    gzip.Write(page);
                }

                return _gzip.GetBuffer().AsSpan(0, (int)_gzip.Length);
            case CompressionKind.Zstandard:
                PackFrame(page);
                return _packed.Written;
            default:
                return page;
        }
    }

    private void PackFrame(ReadOnlySpan<byte> page)
    {
        _packed.Cut(0);
        bool isDone;
        do
        {
            var length = _packed.Length;
            isDone = ZstandardLibrary.Instance!.Compress(
                _zstandard, ref page, _packed.Take(BlockBuffer.BlockBytes), isEnd: true, out var written);
            _packed.Cut(length + written);
        }
        while (!isDone);
    }
}
