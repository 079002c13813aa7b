using System.Buffers;
using System.Buffers.Text;

namespace EdgeStream.Devices;

/// <summary>Bytes that are written one message after the other into the same memory.</summary>
/// <remarks>What goes over the bound is left out and noted. Memory of more than 1 MiB is not kept for the next
/// message.</remarks>
internal sealed class GrowingBytes(int sizeBytesMax)
{
    private const int KeptSizeBytesMax = 1 << 20;
    private const int NumberCharsMax = 32;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static code => (byte)code), (byte)'"', (byte)'\\']);

    private byte[] _bytes = new byte[256];

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether something did not fit.</summary>
    internal bool IsOverfull { get; private set; }

    /// <summary>All of them.</summary>
    internal ReadOnlySpan<byte> All => _bytes.AsSpan(0, Count);

    /// <summary>Some of them.</summary>
    internal ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Starts anew.</summary>
    internal void Clear()
    {
        Count = 0;
        IsOverfull = false;
        if (_bytes.Length > KeptSizeBytesMax)
        {
            _bytes = new byte[256];
        }
    }

    /// <summary>Takes back what was written behind a position.</summary>
    internal void CutTo(int count) => Count = count;

    /// <summary>Writes over a byte that is there.</summary>
    internal void Replace(int index, byte value) => _bytes[index] = value;

    internal void Add(byte value)
    {
        if (HasRoom(1))
        {
            _bytes[Count++] = value;
        }
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (HasRoom(bytes.Length))
        {
            bytes.CopyTo(_bytes.AsSpan(Count));
            Count += bytes.Length;
        }
    }

    /// <summary>Room to write into; what was written of it is to be added with <see cref="Advance"/>.</summary>
    internal Span<byte> Reserve(int sizeBytes) => HasRoom(sizeBytes) ? _bytes.AsSpan(Count, sizeBytes) : default;

    /// <summary>Adds what was written into the room.</summary>
    internal void Advance(int sizeBytes) => Count += sizeBytes;

    /// <summary>Adds the inside of a JSON string.</summary>
    internal void AddEscaped(ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny(Escaped) is var next and >= 0)
        {
            Add(text[..next]);
            AddEscape(text[next]);
            text = text[(next + 1)..];
        }

        Add(text);
    }

    /// <summary>Adds a JSON string.</summary>
    internal void AddString(ReadOnlySpan<byte> text)
    {
        Add((byte)'"');
        AddEscaped(text);
        Add((byte)'"');
    }

    internal void Add(long number)
    {
        if (HasRoom(NumberCharsMax) && Utf8Formatter.TryFormat(number, _bytes.AsSpan(Count), out var length))
        {
            Count += length;
        }
    }

    internal void Add(ulong number)
    {
        if (HasRoom(NumberCharsMax) && Utf8Formatter.TryFormat(number, _bytes.AsSpan(Count), out var length))
        {
            Count += length;
        }
    }

    internal void Add(double number)
    {
        if (HasRoom(NumberCharsMax) && Utf8Formatter.TryFormat(number, _bytes.AsSpan(Count), out var length))
        {
            Count += length;
        }
    }

    internal void Add(float number)
    {
        if (HasRoom(NumberCharsMax) && Utf8Formatter.TryFormat(number, _bytes.AsSpan(Count), out var length))
        {
            Count += length;
        }
    }

    internal void AddBase64(ReadOnlySpan<byte> bytes)
    {
        if (HasRoom(Base64.GetMaxEncodedToUtf8Length(bytes.Length)))
        {
            _ = Base64.EncodeToUtf8(bytes, _bytes.AsSpan(Count), out _, out var length);
            Count += length;
        }
    }

    private void AddEscape(byte value)
    {
        switch (value)
        {
            case (byte)'"':
                Add("\\\""u8);
                break;
            case (byte)'\\':
                Add("\\\\"u8);
                break;
            case (byte)'\n':
                Add("\\n"u8);
                break;
            case (byte)'\r':
                Add("\\r"u8);
                break;
            case (byte)'\t':
                Add("\\t"u8);
                break;
            default:
                Add("\\u00"u8);
                Add((byte)"0123456789abcdef"[value >> 4]);
                Add((byte)"0123456789abcdef"[value & 15]);
                break;
        }
    }

    private bool HasRoom(int sizeBytes)
    {
        if (sizeBytes > sizeBytesMax - Count)
        {
            IsOverfull = true;
            return false;
        }

        if (sizeBytes > _bytes.Length - Count)
        {
            Array.Resize(ref _bytes, Math.Max(Count + sizeBytes, Math.Min(_bytes.Length * 2, sizeBytesMax)));
        }

        return true;
    }
}
