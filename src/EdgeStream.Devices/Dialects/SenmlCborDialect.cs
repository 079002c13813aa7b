using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>SenML as CBOR (RFC 8428, section 6).</summary>
internal sealed class SenmlCborDialect : Dialect
{
    private const double TimeMax = 1e12;

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var reader = new CborReader(message.Payload);
        if (!reader.TryTakeCount(CborReader.Array, out var count))
        {
            problem = message.Payload.IsEmpty
                ? "the payload is empty. Send a SenML pack"
                : "the payload is no SenML pack: that is an array in CBOR. JSON needs the dialect senml";
            return false;
        }

        var pack = new SenmlPack(batch, message.Route.NamesDevice);
        problem = "";
        for (long index = 0; count < 0 ? !reader.TryTakeBreak() : index < count; index++)
        {
            var record = default(SenmlRecord);
            var at = message.Payload.Length - reader.Left;
            if (!TryReadRecord(ref reader, ref record, out problem) || !pack.TryAdd(record, out problem))
            {
                problem = $"record {index} of the SenML pack, at byte {at}, cannot be read: {problem}. Correct the "
                    + "sender";
                return false;
            }
        }

        if (reader.Left > 0)
        {
            problem = $"{reader.Left} bytes follow the SenML pack. Send the pack alone";
        }

        return reader.Left == 0;
    }

    private static bool TryReadRecord(scoped ref CborReader reader, ref SenmlRecord record, out string problem)
    {
        problem = "";
        if (!reader.TryTakeCount(CborReader.Map, out var count))
        {
            problem = "it is no map, or the payload ends in it";
            return false;
        }

        for (long index = 0; count < 0 ? !reader.TryTakeBreak() : index < count; index++)
        {
            problem = reader.NextType == CborReader.Text
                ? ReadOther(ref reader)
                : !reader.TryTakeInteger(out var label) ? "one of its labels is neither a number nor a text"
                : ReadMember(ref reader, label, ref record);
            if (problem.Length > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static string ReadMember(scoped ref CborReader reader, long label, ref SenmlRecord record)
    {
        var isRead = true;
        switch (label)
        {
            case SenmlLabels.Name:
                isRead = TryReadText(ref reader, out record.Name);
                break;
            case SenmlLabels.Unit:
                isRead = TryReadText(ref reader, out record.Unit);
                break;
            case SenmlLabels.Time:
                record.HasTime = isRead = TryReadTime(ref reader, out record.Time);
                break;
            case SenmlLabels.Sum:
                record.HasSum = isRead = reader.TryTakeNumber(out record.SumNumber);
                record.Sum = ReadingValue.Of(record.SumNumber);
                break;
            case >= SenmlLabels.Value and <= SenmlLabels.BooleanValue or SenmlLabels.Data when record.HasValue:
                return "it has more than one of v, vs, vb and vd";
            case SenmlLabels.Value:
                record.HasValue = record.IsNumber = isRead = TryReadValue(ref reader, ref record);
                break;
            case SenmlLabels.StringValue:
                record.HasValue = isRead = TryReadText(ref reader, out var text);
                record.Value = ReadingValue.OfText(text);
                break;
            case SenmlLabels.BooleanValue:
                record.HasValue = isRead = reader.TryTakeBoolean(out var isTrue);
                record.Value = ReadingValue.Of(isTrue);
                break;
            case SenmlLabels.Data:
                record.HasValue = isRead = reader.TryTakeString(CborReader.Bytes, out var data);
                record.Value = ReadingValue.OfBytes(data);
                break;
            case < 0:
                isRead = TryReadBase(ref reader, label, ref record);
                break;
            default:
                isRead = reader.TrySkip();
                break;
        }

        return isRead ? "" : $"its member {label} is of the wrong type, or the payload ends in it";
    }

    private static bool TryReadBase(scoped ref CborReader reader, long label, ref SenmlRecord record)
    {
        switch (label)
        {
            case SenmlLabels.BaseName:
                return record.HasBaseName = TryReadText(ref reader, out record.BaseName);
            case SenmlLabels.BaseUnit:
                return record.HasBaseUnit = TryReadText(ref reader, out record.BaseUnit);
            case SenmlLabels.BaseTime:
                return record.HasBaseTime = TryReadTime(ref reader, out record.BaseTime);
            case SenmlLabels.BaseValue:
                return record.HasBaseValue = reader.TryTakeNumber(out record.BaseValue);
            case SenmlLabels.BaseSum:
                return record.HasBaseSum = reader.TryTakeNumber(out record.BaseSum);
            case SenmlLabels.BaseVersion:
                var isRead = reader.TryTakeInteger(out var version);
                record.Version = (int)Math.Clamp(version, 0, int.MaxValue);
                return isRead;
            default:
                return reader.TrySkip();
        }
    }

    private static bool TryReadValue(scoped ref CborReader reader, ref SenmlRecord record)
    {
        if (reader.NextType is CborReader.Unsigned or CborReader.Negative)
        {
            var isTaken = reader.TryTakeInteger(out var number);
            record.Number = number;
            record.Value = ReadingValue.Of(number);
            return isTaken;
        }

        var isRead = reader.TryTakeNumber(out record.Number);
        record.Value = ReadingValue.Of(record.Number);
        return isRead;
    }

    private static string ReadOther(scoped ref CborReader reader)
    {
        if (!reader.TryTakeString(CborReader.Text, out var label) || !reader.TrySkip())
        {
            return "the payload ends in one of its members";
        }

        return label is [.., (byte)'_'] ? "a member whose label ends with _ must be understood and is not" : "";
    }

    private static bool TryReadText(scoped ref CborReader reader, out ReadOnlySpan<byte> text) =>
        reader.TryTakeString(CborReader.Text, out text) && Utf8.IsValid(text);

    private static bool TryReadTime(scoped ref CborReader reader, out decimal time)
    {
        var isRead = reader.TryTakeNumber(out var number) && Math.Abs(number) <= TimeMax;
        time = isRead ? (decimal)number : 0;
        return isRead;
    }
}
