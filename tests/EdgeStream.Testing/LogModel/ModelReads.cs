using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>Reads of a <see cref="ModelLog"/>, compared with what it must hold.</summary>
internal sealed class ModelReads(ModelLog model, Random random)
{
    internal void Read()
    {
        var from = random.NextInt64(model.Content.Oldest, model.Newest + 2);
        ReadFrom(from, random.Next(1, 50));
    }

    /// <summary>Reads on from a record and compares; what is missing must be exposed, and be counted.</summary>
    internal void ReadFrom(long from, int countMax)
    {
        using var reader = model.Log.OpenReader(new SequenceNumber(from));
        var expected = Math.Max(from, model.Content.Oldest);
        var start = expected;
        long read = 0;
        while (read < countMax && reader.TryRead(out var record))
        {
            LogContent.Require(
                record.Sequence.Value >= expected && record.Sequence.Value <= model.Newest,
                $"record {record.Sequence} came where {expected} was due, of {model.Newest} visible");
            model.Content.CheckMissing(expected, record.Sequence.Value);
            model.Content.Check(record);
            expected = record.Sequence.Value + 1;
            read++;
        }

        if (read < countMax)
        {
            model.Content.CheckMissing(expected, model.Newest + 1);
        }

        var missing = expected - start - read;
        LogContent.Require(
            reader.SkippedRecords >= missing, $"{missing} records are missing, {reader.SkippedRecords} are counted");
    }

    internal void SeekByTime()
    {
        ReadFrom(model.Content.Oldest, int.MaxValue);
        if (model.Newest < model.Content.Oldest)
        {
            return;
        }

        var wanted = random.NextInt64(model.Content.Oldest, model.Newest + 1);
        if (model.Content[wanted].Arrival is not { } time || model.Content.IsExposed(wanted))
        {
            // Damage may have taken it since it was read.
            return;
        }

        var found = model.Log.FindByArrivalTime(time).Value;
        LogContent.Require(found <= wanted, $"the first record of {time} is {wanted} or earlier, found is {found}");
        for (var sequence = found; sequence < wanted; sequence++)
        {
            LogContent.Require(
                model.Content[sequence].Arrival is not { } arrival || arrival >= time || model.Content.IsExposed(found),
                $"record {found} arrived before {time}");
        }
    }
}
