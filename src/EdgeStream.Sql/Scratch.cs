using System.Text;
using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>Bytes of texts that exist in no record: unescaped ones live as long as the row, results as long as one
/// evaluation.</summary>
internal sealed class Scratch
{
    private const int InitialSizeBytes = 256;

    private byte[] _bytes = new byte[InitialSizeBytes];
    private char[] _characters = [];
    private int _kept;

    /// <summary>How many bytes are in use.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that belong to the row.</summary>
    public ReadOnlySpan<byte> Kept => _bytes.AsSpan(0, _kept);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Length = _kept = 0;

    /// <summary>Declares what is in use now to belong to the row.</summary>
    public void Keep() => _kept = Length;

    /// <summary>Forgets the results of the last evaluation.</summary>
    public void ForgetResults() => Length = _kept;

    /// <summary>Adds the unescaped text the reader stands on; the length it has.</summary>
    public int Unescape(ref Utf8JsonReader reader)
    {
        Reserve(reader.ValueSpan.Length);
        var length = reader.CopyString(_bytes.AsSpan(Length));
        Length += length;
        return length;
    }

    /// <summary>Makes the text in lower or upper case, by Unicode's simple case mapping; invalid UTF-8 becomes
    /// U+FFFD.</summary>
    public ReadOnlySpan<byte> ChangeCase(ReadOnlySpan<byte> text, bool toUpper)
    {
        // The source may lie in this very buffer: growing replaces the array and leaves the old one to the source's
        // span.
        Reserve(text.Length * 3);
        var start = Length;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var consumed);
            var changed = toUpper ? Rune.ToUpperInvariant(rune) : Rune.ToLowerInvariant(rune);
            Length += changed.EncodeToUtf8(_bytes.AsSpan(Length));
            text = text[consumed..];
        }

        return _bytes.AsSpan(start, Length - start);
    }

    /// <summary>Room for so many bytes behind what is in use; <see cref="Advance"/> says how many were
    /// written.</summary>
    /// <remarks>Growing replaces the array and leaves the old one to the spans that point into it, so a source may lie
    /// in this very buffer.</remarks>
    public Span<byte> Room(int count)
    {
        Reserve(count);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Declares so many bytes of the room to be in use.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Adds bytes behind what is in use.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>What was added since the scratch had a length.</summary>
    public ReadOnlySpan<byte> Since(int length) => _bytes.AsSpan(length, Length - length);

    /// <summary>A text as UTF-16, for regular expressions; valid until the next call.</summary>
    public ReadOnlySpan<char> Decode(ReadOnlySpan<byte> text)
    {
        if (_characters.Length < text.Length)
        {
            _characters = new char[Math.Max(text.Length, _characters.Length * 2)];
        }

        return _characters.AsSpan(0, Encoding.UTF8.GetChars(text, _characters));
    }

    /// <summary>Adds characters behind what is in use.</summary>
    public void Encode(ReadOnlySpan<char> text) =>
        Advance(Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length))));

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }
    }
}
