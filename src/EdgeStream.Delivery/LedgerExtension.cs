using System.Buffers.Binary;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>What a ledger entry of version 2 has behind the bytes of version 1, little-endian.</summary>
/// <remarks>
/// <code>
/// size
///    8  rejected records, five times: refused, invalid name, not authorized, too large, invalid data
///    8  records sent another time; below 0 stands for 0
///    8  records that the transform has left out
///    4  pending batch: runs of settled records, at most 64
///    4  rejections, at most 1,048,576
///    4  causes of rejections, at most as many
///    4  length of the columns
///   16  each run: first and last sequence number
///    1  each cause: the reason, 0 to 4; then 2 length of the code, 2 length of the message, both in UTF-8
///   32  each rejection: 8 sequence number, 4 place in an aggregated record or -1, 4 cause, 4 attempts, 4 zero,
///       8 when, microseconds since 1970
///       the pending batch's columns in UTF-8, as ColumnLayout has them
/// </code>
/// </remarks>
internal static class LedgerExtension
{
    private const int FixedLength = 72;
    private const int RunLength = 16;
    private const int RejectionLength = 32;
    private const int CauseLengthMin = 5;

    /// <summary>More than a batch can have: where it has 256 only those on their way, and those of the same aggregated
    /// record, are added.</summary>
    private const int RejectionsMax = 1 << 20;

    /// <summary>Whether an entry has anything that version 1 has no place for.</summary>
    public static bool IsNeeded(LedgerEntry entry) =>
        entry.RejectedRecords != default || entry.RetriedRecords != 0 || entry.FilteredRecords != 0
        || entry.Pending is { Accepted.Count: > 0 } or { Rejections.Count: > 0 } or { Layout.Length: > 0 };

    /// <summary>The bytes.</summary>
    public static byte[] Write(LedgerEntry entry)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var rejected = entry.RejectedRecords;
        for (var reason = 0; reason < RejectionWords.Count; reason++)
        {
            writer.Write(rejected[(RejectionReason)reason]);
        }

        var pending = entry.Pending;
        var causes = CausesOf(pending);
        writer.Write(entry.RetriedRecords);
        writer.Write(entry.FilteredRecords);
        writer.Write(pending?.Accepted.Count ?? 0);
        writer.Write(pending?.Rejections.Count ?? 0);
        writer.Write(causes.Count);
        var layout = Encoding.UTF8.GetBytes(pending?.Layout ?? "");
        writer.Write(layout.Length);
        foreach (var run in pending?.Accepted ?? [])
        {
            writer.Write(run.First);
            writer.Write(run.Last);
        }

        foreach (var cause in causes)
        {
            writer.Write((byte)cause.Reason);
            WriteText(writer, cause.Code);
            WriteText(writer, cause.Message);
        }

        foreach (var rejection in pending?.Rejections ?? [])
        {
            writer.Write(rejection.Sequence);
            writer.Write(rejection.SubSequence ?? -1);
            writer.Write(causes.IndexOf(rejection.Cause));
            writer.Write(rejection.Attempts);
            writer.Write(0);
            writer.Write(rejection.At.UnixMicroseconds);
        }

        writer.Write(layout);
        return stream.ToArray();
    }

    /// <summary>Completes an entry with what stands in the bytes.</summary>
    /// <param name="entry">What stands before them.</param>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are none that <see cref="Write"/> wrote.</exception>
    public static LedgerEntry Read(LedgerEntry entry, ReadOnlySpan<byte> bytes)
    {
        var all = bytes;
        var header = Take(ref bytes, FixedLength);
        entry = entry with
        {
            RejectedRecords = new RejectionCounts(
                Number(header), Number(header[8..]), Number(header[16..]), Number(header[24..]), Number(header[32..])),
            RetriedRecords = Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(header[40..])),
            FilteredRecords = Number(header[48..]),
        };
        var runCount = BinaryPrimitives.ReadInt32LittleEndian(header[56..]);
        var rejectionCount = BinaryPrimitives.ReadInt32LittleEndian(header[60..]);
        var causeCount = BinaryPrimitives.ReadInt32LittleEndian(header[64..]);
        var layoutLength = BinaryPrimitives.ReadInt32LittleEndian(header[68..]);
        if (layoutLength is < 0 or > ColumnLayout.TextBytesMax || runCount is < 0 or > RecordProgress.RunsMax
            || rejectionCount is < 0 or > RejectionsMax || causeCount < 0 || causeCount > rejectionCount
            || (runCount * RunLength) + ((long)causeCount * CauseLengthMin)
                + ((long)rejectionCount * RejectionLength) > bytes.Length)
        {
            throw new InvalidDataException($"A ledger entry of {all.Length} bytes contradicts its own counts.");
        }

        var runs = ReadRuns(ref bytes, runCount);
        var rejections = ReadRejections(ref bytes, ReadCauses(ref bytes, causeCount), rejectionCount);
        var layout = Encoding.UTF8.GetString(Take(ref bytes, layoutLength));
        if (!bytes.IsEmpty || (entry.Pending is null && (runCount > 0 || rejectionCount > 0 || layoutLength > 0)))
        {
            throw new InvalidDataException($"A ledger entry has {bytes.Length} bytes too many.");
        }

        return entry.Pending is null ? entry : entry with
        {
            Pending = entry.Pending with { Accepted = runs, Rejections = rejections, Layout = layout },
        };
    }

    private static List<RejectionCause> CausesOf(PendingExtent? pending)
    {
        var causes = new List<RejectionCause>();
        foreach (var rejection in pending?.Rejections ?? [])
        {
            if (!causes.Contains(rejection.Cause))
            {
                causes.Add(rejection.Cause);
            }
        }

        return causes;
    }

    private static SequenceRun[] ReadRuns(ref ReadOnlySpan<byte> bytes, int count)
    {
        var runs = new SequenceRun[count];
        for (var i = 0; i < count; i++)
        {
            var run = Take(ref bytes, RunLength);
            runs[i] = new SequenceRun(Number(run), Number(run[8..]));
            if (runs[i].Count < 1 || (i > 0 && runs[i].First <= runs[i - 1].Last))
            {
                throw new InvalidDataException($"A ledger entry's settled records contradict themselves: {runs[i]}.");
            }
        }

        return runs;
    }

    private static RejectionCause[] ReadCauses(ref ReadOnlySpan<byte> bytes, int count)
    {
        var causes = new RejectionCause[count];
        for (var i = 0; i < count; i++)
        {
            var reason = (RejectionReason)Take(ref bytes, 1)[0];
            causes[i] = new RejectionCause(reason, ReadText(ref bytes), ReadText(ref bytes));
            if (!Enum.IsDefined(reason))
            {
                throw new InvalidDataException($"A ledger entry has the reason {(int)reason}.");
            }
        }

        return causes;
    }

    private static Rejection[] ReadRejections(ref ReadOnlySpan<byte> bytes, RejectionCause[] causes, int count)
    {
        var rejections = new Rejection[count];
        for (var i = 0; i < count; i++)
        {
            var item = Take(ref bytes, RejectionLength);
            var place = BinaryPrimitives.ReadInt32LittleEndian(item[8..]);
            var cause = BinaryPrimitives.ReadInt32LittleEndian(item[12..]);
            if (cause < 0 || cause >= causes.Length || place < -1)
            {
                throw new InvalidDataException($"A ledger entry's rejection {i} contradicts itself.");
            }

            rejections[i] = new Rejection(
                Number(item), place < 0 ? null : place, causes[cause],
                BinaryPrimitives.ReadInt32LittleEndian(item[16..]),
                new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(item[24..])));
        }

        return rejections;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    private static string ReadText(ref ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(
        Take(ref bytes, BinaryPrimitives.ReadUInt16LittleEndian(Take(ref bytes, sizeof(ushort)))));

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return value >= 0 ? value : throw new InvalidDataException($"A ledger entry has {value} as a count.");
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int length)
    {
        if (length > bytes.Length)
        {
            throw new InvalidDataException($"A ledger entry lacks {length - bytes.Length} bytes of its extension.");
        }

        var taken = bytes[..length];
        bytes = bytes[length..];
        return taken;
    }
}
