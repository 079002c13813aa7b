using System.Text;

namespace EdgeStream.Storage;

/// <summary>
/// The body of an entry of kind 5: how many of the records behind it belong together, and the checkpoints that are set
/// with them. Layout in the room's README.
/// </summary>
internal static class BatchEntry
{
    /// <summary>The size of a body.</summary>
    /// <param name="recordCount">The number of records behind the entry that belong to it; 0 is allowed.</param>
    /// <param name="checkpoints">What is set with them.</param>
    internal static int SizeOf(int recordCount, ReadOnlySpan<LogCheckpoint> checkpoints) =>
        1 + VariableInteger.SizeOf((ulong)recordCount) + SizeOf(checkpoints);

    /// <summary>Writes a body and returns its size; the target has room for it.</summary>
    internal static int Write(Span<byte> target, int recordCount, ReadOnlySpan<LogCheckpoint> checkpoints)
    {
        target[0] = EntryFormat.BatchKind;
        var at = 1 + VariableInteger.Write(target[1..], (ulong)recordCount);
        return at + Write(target[at..], checkpoints);
    }

    /// <summary>Reads a body whose checksum has been verified; false if it is none of this kind.</summary>
    /// <param name="body">The body from its kind on.</param>
    /// <param name="recordCount">The number of records that belong to it.</param>
    /// <param name="checkpoints">What follows: give it to <see cref="TryReadCheckpoints"/>.</param>
    internal static bool TryRead(ReadOnlySpan<byte> body, out long recordCount, out ReadOnlySpan<byte> checkpoints)
    {
        recordCount = 0;
        checkpoints = default;
        if (body[0] != EntryFormat.BatchKind
            || !VariableInteger.TryRead(body[1..], out var count, out var size)
            || count > int.MaxValue)
        {
            return false;
        }

        recordCount = (long)count;
        checkpoints = body[(1 + size)..];
        return true;
    }

    /// <summary>The size of a count of checkpoints and the checkpoints.</summary>
    internal static int SizeOf(ReadOnlySpan<LogCheckpoint> checkpoints)
    {
        var size = VariableInteger.SizeOf((ulong)checkpoints.Length);
        foreach (var checkpoint in checkpoints)
        {
            size += SizeOf(checkpoint);
        }

        return size;
    }

    /// <summary>Writes a count of checkpoints and the checkpoints; returns their size.</summary>
    internal static int Write(Span<byte> target, ReadOnlySpan<LogCheckpoint> checkpoints)
    {
        var at = VariableInteger.Write(target, (ulong)checkpoints.Length);
        foreach (var (name, value) in checkpoints)
        {
            at += VariableInteger.Write(target[at..], (ulong)Encoding.UTF8.GetByteCount(name));
            at += Encoding.UTF8.GetBytes(name, target[at..]);
            at += VariableInteger.Write(target[at..], (ulong)value.Length);
            value.Span.CopyTo(target[at..]);
            at += value.Length;
        }

        return at;
    }

    /// <summary>Sets what the bytes say in a map; false, and nothing set, if they are not whole.</summary>
    internal static bool TryReadCheckpoints(ReadOnlySpan<byte> bytes, CheckpointMap target)
    {
        if (!VariableInteger.TryRead(bytes, out var count, out var size) || count > (ulong)bytes.Length)
        {
            return false;
        }

        bytes = bytes[size..];
        var read = new List<LogCheckpoint>((int)count);
        while (count-- > 0)
        {
            if (!TryTake(ref bytes, out var name) || !TryTake(ref bytes, out var value))
            {
                return false;
            }

            read.Add(new LogCheckpoint(Encoding.UTF8.GetString(name), value.ToArray()));
        }

        foreach (var checkpoint in read)
        {
            target.Set(checkpoint);
        }

        return true;
    }

    /// <summary>The size of one checkpoint.</summary>
    internal static int SizeOf(in LogCheckpoint checkpoint) =>
        SizeOf(Encoding.UTF8.GetByteCount(checkpoint.Name)) + SizeOf(checkpoint.Value.Length);

    private static int SizeOf(int length) => VariableInteger.SizeOf((ulong)length) + length;

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (!VariableInteger.TryRead(bytes, out var length, out var size) || length > (ulong)(bytes.Length - size))
        {
            return false;
        }

        part = bytes.Slice(size, (int)length);
        bytes = bytes[(size + (int)length)..];
        return true;
    }
}
