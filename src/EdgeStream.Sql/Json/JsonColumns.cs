using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>The columns of one JSON record, found in one pass; the place that expressions evaluate against.</summary>
/// <remarks>
/// Reading and evaluating allocate nothing once the scratch buffer has grown to the longest texts that must be made
/// (unescaped, or changed by LOWER and UPPER). Not thread-safe: one object a reader. Where a member occurs twice,
/// the last
/// one counts. Objects and arrays are NULL as columns. A record nested more than 64 levels deep is not read.
/// </remarks>
public sealed class JsonColumns
{
    private const byte OpenBrace = (byte)'{';

    private readonly JsonPathNode _root;
    private readonly JsonPathNode?[] _path = new JsonPathNode?[ColumnPath.NamesMax + 1];
    private readonly JsonSlot[] _slots;
    private readonly Scratch _scratch = new();
    private bool _isEmpty = true;

    /// <summary>Prepares for the columns that the set has now.</summary>
    public JsonColumns(ColumnSet columns)
    {
        _root = JsonPathNode.Build(columns);
        _slots = new JsonSlot[columns.Count];
    }

    internal Scratch Scratch => _scratch;

    /// <summary>Finds the columns in a record; false if it is not one JSON object, and then every column is
    /// NULL.</summary>
    public bool TryRead(ReadOnlySpan<byte> json)
    {
        Clear();
        try
        {
            _isEmpty = false;
            switch (new JsonScanner(json, _slots, _scratch).Read(_root))
            {
                case JsonScanOutcome.Refused:
                    Clear();
                    return false;
                case JsonScanOutcome.Unsure:
                    return TryReadSlowly(json);
                default:
                    _scratch.Keep();
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            // An escape that is no Unicode character, such as a lone surrogate.
            Clear();
            return false;
        }
    }

    /// <summary>Whether a column is a finite number in this record, and which.</summary>
    public bool TryGetNumber(int slot, out double number)
    {
        ref readonly var value = ref _slots[slot];
        number = value.Type == SqlType.Double ? BitConverter.Int64BitsToDouble(value.Bits) : value.Bits;
        return value.Type is SqlType.Double or SqlType.Integer;
    }

    /// <summary>Whether the record has the column at all, with a value other than JSON <c>null</c>.</summary>
    public bool IsPresent(int slot) => _slots[slot].IsPresent;

    /// <summary>The column as it stands in the record, objects and arrays included; empty where it is
    /// missing.</summary>
    internal ReadOnlySpan<byte> GetRaw(int slot, ReadOnlySpan<byte> json)
    {
        ref readonly var value = ref _slots[slot];
        return json.Slice(value.RawStart, value.RawLength);
    }

    internal SqlValue Get(int slot, ReadOnlySpan<byte> json)
    {
        ref readonly var value = ref _slots[slot];
        return value.Type switch
        {
            SqlType.Integer or SqlType.Double or SqlType.Boolean => SqlValue.OfParts(value.Type, value.Bits, 0),
            SqlType.Text => SqlValue.Of((value.IsInScratch ? _scratch.Kept : json).Slice(value.Start, value.Length)),
            _ => SqlValue.Null,
        };
    }

    private static bool LooksLikeObject(ReadOnlySpan<byte> json)
    {
        var index = json.IndexOfAnyExcept(" \t\r\n"u8);
        return index >= 0 && json[index] == OpenBrace;
    }

    private void Clear()
    {
        _scratch.Clear();
        if (!_isEmpty)
        {
            Array.Clear(_slots);
            _isEmpty = true;
        }
    }

    /// <summary>Finds the columns with the framework's reader, for records that the scanner leaves to it.</summary>
    internal bool TryReadSlowly(ReadOnlySpan<byte> json)
    {
        Clear();
        if (!LooksLikeObject(json))
        {
            return false;
        }

        try
        {
            _isEmpty = false;
            Read(json);
            _scratch.Keep();
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Clear();
            return false;
        }
    }

    private void Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        _path[0] = _root;
        var depth = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                EndRaw(in reader, _path[depth--]!.Slot);
                continue;
            }

            var node = _path[depth]!.Find(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && node is { HasChildren: true })
            {
                Take(ref reader, node.Slot);
                _path[++depth] = node;
            }
            else if (node is { Slot: >= 0 })
            {
                Take(ref reader, node.Slot);
                reader.Skip();
                EndRaw(in reader, node.Slot);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void Take(ref Utf8JsonReader reader, int slot)
    {
        if (slot < 0)
        {
            return;
        }

        ref var value = ref _slots[slot];
        value = default;
        value.RawStart = (int)reader.TokenStartIndex;
        value.IsPresent = reader.TokenType != JsonTokenType.Null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out var integer):
                value.Type = SqlType.Integer;
                value.Bits = integer;
                break;
            case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number):
                value.Type = SqlType.Double;
                value.Bits = BitConverter.DoubleToInt64Bits(number);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                value.Type = SqlType.Boolean;
                value.Bits = reader.TokenType == JsonTokenType.True ? 1 : 0;
                break;
            case JsonTokenType.String:
                TakeText(ref reader, ref value);
                break;
        }
    }

    private void EndRaw(in Utf8JsonReader reader, int slot)
    {
        if (slot >= 0)
        {
            _slots[slot].RawLength = (int)reader.BytesConsumed - _slots[slot].RawStart;
        }
    }

    private void TakeText(ref Utf8JsonReader reader, ref JsonSlot value)
    {
        value.Type = SqlType.Text;
        value.IsInScratch = reader.ValueIsEscaped;
        if (reader.ValueIsEscaped)
        {
            value.Start = _scratch.Length;
            value.Length = _scratch.Unescape(ref reader);
        }
        else
        {
            value.Start = (int)reader.TokenStartIndex + 1;
            value.Length = reader.ValueSpan.Length;
        }
    }
}
