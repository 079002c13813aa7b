using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>Takes HTTP/1.1 answers apart as their bytes come: by their length or in chunks.</summary>
/// <remarks>Not thread-safe. An answer is whole in one array; of a stream, what was taken is forgotten.</remarks>
internal sealed class ReplyReader
{
    private const int StatusStart = 9;
    private const int RoomMin = 256 << 10;

    private byte[] _bytes = new byte[16 << 10];
    private int _length;
    private int _bodyStart;
    private int _bodyEnd;
    private int _rawStart;
    private int _contentLength;
    private bool _hasHead;

    /// <summary>The status code of this answer.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the answer is complete.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The body as far as it has come.</summary>
    public ReadOnlySpan<byte> Body => _bytes.AsSpan(_bodyStart, _bodyEnd - _bodyStart);

    /// <summary>Where the next bytes go.</summary>
    public Span<byte> Room()
    {
        if (_bytes.Length - _length < RoomMin / 4)
        {
            Array.Resize(ref _bytes, Math.Max(RoomMin, _bytes.Length * 2));
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Counts bytes that were put there.</summary>
    public void Advance(int count)
    {
        _length += count;
        if (!_hasHead && !TryReadHead())
        {
            return;
        }

        if (_contentLength >= 0)
        {
            _bodyEnd = Math.Min(_length, _bodyStart + _contentLength);
            IsWhole = _bodyEnd == _bodyStart + _contentLength;
        }
        else
        {
            while (TryReadChunk())
            {
            }
        }
    }

    /// <summary>Makes ready for the next answer. Nobody asks before the answer: nothing may follow it.</summary>
    public void Clear()
    {
        Status = _length = _bodyStart = _bodyEnd = _rawStart = 0;
        IsWhole = _hasHead = false;
    }

    /// <summary>Forgets the first bytes of a body that comes in chunks.</summary>
    public void Take(int count)
    {
        _bodyStart += count;
        if (_bodyStart != _bodyEnd)
        {
            return;
        }

        var rest = _length - _rawStart;
        _bytes.AsSpan(_rawStart, rest).CopyTo(_bytes);
        _bodyStart = _bodyEnd = _rawStart = 0;
        _length = rest;
    }

    private bool TryReadHead()
    {
        var end = _bytes.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = Encoding.ASCII.GetString(_bytes, 0, end);
        Status = int.Parse(head.AsSpan(StatusStart, 3), CultureInfo.InvariantCulture);
        const string Length = "\r\nContent-Length: ";
        var at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        _contentLength = -1;
        if (at >= 0)
        {
            var value = head.AsSpan(at + Length.Length);
            var lineEnd = value.IndexOf('\r');
            _contentLength = int.Parse(lineEnd < 0 ? value : value[..lineEnd], CultureInfo.InvariantCulture);
        }

        _bodyStart = _bodyEnd = _rawStart = end + 4;
        return _hasHead = true;
    }

    /// <summary>Moves a chunk to the end of the body.</summary>
    private bool TryReadChunk()
    {
        var raw = _bytes.AsSpan(_rawStart, _length - _rawStart);
        var line = raw.IndexOf("\r\n"u8);
        if (line < 0 || !Utf8Parser.TryParse(raw, out int size, out _, 'x') || raw.Length < line + size + 4)
        {
            return false;
        }

        raw.Slice(line + 2, size).CopyTo(_bytes.AsSpan(_bodyEnd));
        _bodyEnd += size;
        _rawStart += line + size + 4;
        IsWhole = size == 0;
        return !IsWhole;
    }
}
