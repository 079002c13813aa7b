using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>SenML as JSON (RFC 8428, section 5).</summary>
internal sealed class SenmlJsonDialect : Dialect
{
    private const decimal TimeMax = 1_000_000_000_000m;

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        if (!PayloadDecoder.TryValidate(message.Payload, out problem))
        {
            return false;
        }

        var reader = new Utf8JsonReader(message.Payload, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problem = "the payload is no SenML: that is an array of records such as [{\"n\":\"t\",\"v\":21.5}]";
            return false;
        }

        var pack = new SenmlPack(batch, message.Route.NamesDevice);
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var record = default(SenmlRecord);
            if (!TryReadRecord(ref reader, ref record, batch, out problem) || !pack.TryAdd(record, out problem))
            {
                problem = $"record {index} of the SenML pack cannot be read: {problem}. Correct the sender";
                return false;
            }
        }

        return true;
    }

    private static bool TryReadRecord(
        scoped ref Utf8JsonReader reader, ref SenmlRecord record, ReadingBatch batch, out string problem)
    {
        problem = reader.TokenType == JsonTokenType.StartObject ? "" : "it is no object";
        while (problem.Length == 0 && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var label = reader.ValueSpan;
            _ = reader.Read();
            problem = ReadMember(ref reader, label, ref record, batch);
        }

        return problem.Length == 0;
    }

    private static string ReadMember(
        scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> label, ref SenmlRecord record, ReadingBatch batch)
    {
        var isText = reader.TokenType == JsonTokenType.String;
        var isNumber = reader.TokenType == JsonTokenType.Number;
        if (label is [(byte)'b', ..])
        {
            return ReadBase(ref reader, label, ref record, batch);
        }

        switch (label)
        {
            case [(byte)'n'] when isText:
                record.Name = TextOf(ref reader, batch);
                return "";
            case [(byte)'u'] when isText:
                record.Unit = TextOf(ref reader, batch);
                return "";
            case [(byte)'v'] when isNumber:
                record.Number = NumberOf(ref reader);
                record.IsNumber = true;
                return Take(ref record, ReadingValue.OfDigits(reader.ValueSpan));
            case [(byte)'v', (byte)'s'] when isText:
                return Take(ref record, ReadingValue.OfEscapedText(reader.ValueSpan));
            case [(byte)'v', (byte)'b'] when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                return Take(ref record, ReadingValue.Of(reader.TokenType == JsonTokenType.True));
            case [(byte)'v', (byte)'d'] when isText:
                return Take(ref record, ReadingValue.OfEscapedText(ToBase64(reader.ValueSpan, batch.Kept)));
            case [(byte)'s'] when isNumber:
                record.SumNumber = NumberOf(ref reader);
                record.Sum = ReadingValue.OfDigits(reader.ValueSpan);
                record.HasSum = true;
                return "";
            case [(byte)'t'] when isNumber:
                record.HasTime = true;
                return TryReadTime(ref reader, out record.Time) ? "" : "its t is out of range";
            default:
                return ReadOther(ref reader, label);
        }
    }

    private static string ReadBase(
        scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> label, ref SenmlRecord record, ReadingBatch batch)
    {
        var isText = reader.TokenType == JsonTokenType.String;
        var isNumber = reader.TokenType == JsonTokenType.Number;
        switch (label[1..])
        {
            case [(byte)'n'] when isText:
                record.BaseName = TextOf(ref reader, batch);
                record.HasBaseName = true;
                return "";
            case [(byte)'u'] when isText:
                record.BaseUnit = TextOf(ref reader, batch);
                record.HasBaseUnit = true;
                return "";
            case [(byte)'v'] when isNumber:
                record.BaseValue = NumberOf(ref reader);
                record.HasBaseValue = true;
                return "";
            case [(byte)'s'] when isNumber:
                record.BaseSum = NumberOf(ref reader);
                record.HasBaseSum = true;
                return "";
            case [(byte)'t'] when isNumber:
                record.HasBaseTime = true;
                return TryReadTime(ref reader, out record.BaseTime) ? "" : "its bt is out of range";
            case [(byte)'v', (byte)'e', (byte)'r'] when isNumber && reader.TryGetInt32(out record.Version):
                return "";
            default:
                return ReadOther(ref reader, label);
        }
    }

    /// <summary>Members that nobody knows are passed over, unless they say that they must not be.</summary>
    private static string ReadOther(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> label)
    {
        reader.Skip();
        if (label is [.., (byte)'_'])
        {
            return $"its member '{System.Text.Encoding.UTF8.GetString(label)}' must be understood and is not";
        }

        return SenmlLabels.IsKnown(label)
            ? $"its member '{System.Text.Encoding.UTF8.GetString(label)}' is of the wrong type" : "";
    }

    private static string Take(ref SenmlRecord record, ReadingValue value)
    {
        if (record.HasValue)
        {
            return "it has more than one of v, vs, vb and vd";
        }

        record.Value = value;
        record.HasValue = true;
        return "";
    }

    private static ReadOnlySpan<byte> TextOf(scoped ref Utf8JsonReader reader, ReadingBatch batch)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        var start = batch.Kept.Count;
        JsonLeaves.AddName(ref reader, batch.Kept);
        return batch.Kept.All[start..];
    }

    private static double NumberOf(scoped ref Utf8JsonReader reader) =>
        reader.TryGetDouble(out var number) ? number : 0;

    private static bool TryReadTime(scoped ref Utf8JsonReader reader, out decimal time) =>
        reader.TryGetDecimal(out time) && time is <= TimeMax and >= -TimeMax;

    /// <summary>The alphabet of URLs without padding, which SenML has, as the one that records have.</summary>
    private static ReadOnlySpan<byte> ToBase64(ReadOnlySpan<byte> text, GrowingBytes kept)
    {
        var start = kept.Count;
        foreach (var letter in text)
        {
            kept.Add(letter switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', _ => letter });
        }

        for (var length = kept.Count - start; length % 4 != 0; length++)
        {
            kept.Add((byte)'=');
        }

        return kept.All[start..];
    }
}
