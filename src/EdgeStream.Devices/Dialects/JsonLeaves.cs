using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Makes a reading of every value of a JSON document: <c>a.b[0]</c> is <c>a_b_0</c>.</summary>
/// <remarks>The document is valid; allocates nothing.</remarks>
internal ref struct JsonLeaves
{
    private readonly ReadingBatch _batch;
    private readonly LeafRules _rules;
    private readonly ReadingTime _time;
    private int _leafStart;
    private int _depth;

    /// <summary>Prepares for a document.</summary>
    internal JsonLeaves(ReadingBatch batch, LeafRules rules, ReadingTime time = default)
    {
        _batch = batch;
        _rules = rules;
        _time = time;
    }

    /// <summary>Who measured; empty for the device of the message.</summary>
    internal ReadOnlySpan<byte> Device { get; set; }

    /// <summary>What the values tell of the device itself, where that is known without their names.</summary>
    internal Vital Vital { get; set; }

    /// <summary>The unit of temperatures and dew points that the payload states once for all; empty for none.</summary>
    internal ReadOnlySpan<byte> TemperatureUnit { get; set; }

    /// <summary>The unit of pressures that the payload states once for all; empty for none.</summary>
    internal ReadOnlySpan<byte> PressureUnit { get; set; }

    /// <summary>Adds the value that the reader stands on, under the name that the batch has begun, and leaves the
    /// reader at the value's end.</summary>
    internal void Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> unit = default)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                AddMembers(ref reader);
                break;
            case JsonTokenType.StartArray:
                AddItems(ref reader);
                break;
            case JsonTokenType.Number:
                Emit(ReadingValue.OfDigits(reader.ValueSpan), unit.IsEmpty ? UnitOf() : unit);
                break;
            case JsonTokenType.String:
                var isTrue = _rules.BooleanOf(Leaf, reader.ValueSpan);
                Emit(isTrue is { } known ? ReadingValue.Of(known) : ReadingValue.OfEscapedText(reader.ValueSpan), unit);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                Emit(ReadingValue.Of(reader.TokenType == JsonTokenType.True), unit);
                break;
            default:
                Emit(default, unit);
                break;
        }
    }

    /// <summary>Puts a member's name behind the others.</summary>
    internal static void AddName(scoped ref Utf8JsonReader reader, GrowingBytes names)
    {
        if (!reader.ValueIsEscaped)
        {
            names.Add(reader.ValueSpan);
            return;
        }

        var room = names.Reserve(reader.ValueSpan.Length);
        try
        {
            if (!room.IsEmpty)
            {
                names.Advance(reader.CopyString(room));
            }
        }
        catch (InvalidOperationException)
        {
            // An escape that is half of a surrogate pair stands for no character: the name keeps it as it is written.
            names.Add(reader.ValueSpan);
        }
    }

    private readonly ReadOnlySpan<byte> Leaf => _batch.Name.All[Math.Min(_leafStart, _batch.Name.Count)..];

    private void AddMembers(ref Utf8JsonReader reader)
    {
        var length = _batch.Name.Count;
        var isRoot = _depth++ == 0 && length == 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (length > 0)
            {
                _batch.Name.Add((byte)'_');
            }

            _leafStart = _batch.Name.Count;
            AddName(ref reader, _batch.Name);
            _ = reader.Read();
            if (isRoot && _rules.Skips(_batch.Name.All))
            {
                reader.Skip();
            }
            else
            {
                Add(ref reader);
            }

            _batch.Name.CutTo(length);
        }

        _depth--;
    }

    private void AddItems(ref Utf8JsonReader reader)
    {
        var length = _batch.Name.Count;
        var leafStart = _leafStart;
        _depth++;
        for (long index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (length > 0)
            {
                _batch.Name.Add((byte)'_');
            }

            _batch.Name.Add(index);
            _leafStart = leafStart;
            Add(ref reader);
            _batch.Name.CutTo(length);
        }

        _depth--;
    }

    private readonly ReadOnlySpan<byte> UnitOf()
    {
        var leaf = Leaf;
        if (!TemperatureUnit.IsEmpty && (leaf.SequenceEqual("Temperature"u8) || leaf.SequenceEqual("DewPoint"u8)))
        {
            return TemperatureUnit;
        }

        return !PressureUnit.IsEmpty && (leaf.SequenceEqual("Pressure"u8) || leaf.SequenceEqual("SeaPressure"u8))
            ? PressureUnit
            : _rules.UnitOf(_batch.Name.All, leaf);
    }

    private readonly void Emit(ReadingValue value, ReadOnlySpan<byte> unit) =>
        _batch.Add(new Reading(
            _batch.Name.All, value, _time, unit, Device, isHistorical: false,
            Vital == Vital.None ? _rules.VitalOf(_batch.Name.All, Leaf) : Vital));
}
