using System.Buffers.Text;

namespace EdgeStream.Sql;

/// <summary>Writes the record that a log line becomes into the scratch: one JSON object, member by member.</summary>
internal ref struct JsonText
{
    private readonly Scratch _scratch;
    private readonly int _start;
    private bool _hasMembers;

    public JsonText(Scratch scratch)
    {
        _scratch = scratch;
        _start = scratch.Length;
        scratch.Append("{"u8);
    }

    /// <summary>Adds a member; its name is written as it is.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, scoped in SqlValue value, SqlDataType? type)
    {
        _scratch.Append(_hasMembers ? ",\""u8 : "\""u8);
        _scratch.Append(name);
        _scratch.Append("\":"u8);
        _hasMembers = true;
        switch (value.Type)
        {
            case SqlType.Null:
                _scratch.Append("null"u8);
                break;
            case SqlType.Boolean:
                _scratch.Append(value.Boolean ? "true"u8 : "false"u8);
                break;
            case SqlType.Integer or SqlType.Decimal or SqlType.Double:
                TextCasting.Append(in value, type, _scratch);
                break;
            case SqlType.Text:
                AddText(value.Text);
                break;
            default:
                _scratch.Append("\""u8);
                TextCasting.Append(in value, type, _scratch);
                _scratch.Append("\""u8);
                break;
        }
    }

    /// <summary>Adds the member COLUMN1, COLUMN2 and so on.</summary>
    public void Add(int number, scoped in SqlValue value)
    {
        Span<byte> name = stackalloc byte[24];
        "COLUMN"u8.CopyTo(name);
        Utf8Formatter.TryFormat(number, name[6..], out var length);
        Add(name[..(6 + length)], in value, null);
    }

    public readonly SqlValue End()
    {
        _scratch.Append("}"u8);
        return SqlValue.Of(_scratch.Since(_start));
    }

    private readonly void AddText(ReadOnlySpan<byte> text)
    {
        _scratch.Append("\""u8);
        foreach (var value in text)
        {
            if (value is (byte)'"' or (byte)'\\')
            {
                _scratch.Append("\\"u8);
            }

            if (value >= ' ')
            {
                _scratch.Append([value]);
            }
            else
            {
                _scratch.Append("\\u00"u8);
                _scratch.Append([(byte)('0' + (value >> 4)), "0123456789abcdef"u8[value & 15]]);
            }
        }

        _scratch.Append("\""u8);
    }
}
