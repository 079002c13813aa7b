namespace EdgeStream.Delivery;

/// <summary>Parquet's RLE/bit-packing hybrid (<c>Encodings.md</c> of apache/parquet-format): runs of one number, and
/// groups of 8 packed numbers.</summary>
internal static class RunEncoder
{
    private const int GroupLength = 8;

    /// <summary>Adds numbers of so many bits.</summary>
    public static void Add(PooledBytes output, ReadOnlySpan<ushort> values, int width)
    {
        var literal = 0;
        for (var at = 0; at < values.Length;)
        {
            var rest = values[at..];
            var run = rest.IndexOfAnyExcept(rest[0]);
            run = run < 0 ? rest.Length : run;

            // Groups are whole: a run gives what the group before it lacks.
            var lacking = (GroupLength - ((at - literal) % GroupLength)) % GroupLength;
            if (run - lacking < GroupLength)
            {
                at += run;
                continue;
            }

            AddPacked(output, values[literal..(at + lacking)], width);
            AddRun(output, run - lacking, rest[0], width);
            at += run;
            literal = at;
        }

        AddPacked(output, values[literal..], width);
    }

    /// <summary>Adds the bits of so many rows.</summary>
    /// <param name="output">Where they go.</param>
    /// <param name="bits">One bit a row, the lowest first; those behind the last are 0.</param>
    /// <param name="rowCount">How many rows.</param>
    public static void AddBits(PooledBytes output, ReadOnlySpan<byte> bits, int rowCount)
    {
        bits = bits[..((rowCount + 7) >> 3)];
        while (!bits.IsEmpty)
        {
            var value = bits[0];
            var length = bits.IndexOfAnyExcept(value);
            length = length < 0 ? bits.Length : length;
            if (value is 0 or 0xFF)
            {
                AddRun(output, Math.Min(rowCount, length << 3), (ushort)(value & 1), 1);
            }
            else
            {
                length = bits.IndexOfAny((byte)0, (byte)0xFF);
                length = length < 0 ? bits.Length : length;
                output.AddVarint(((ulong)length << 1) | 1);
                output.Add(bits[..length]);
            }

            bits = bits[length..];
            rowCount -= length << 3;
        }
    }

    private static void AddRun(PooledBytes output, int length, ushort value, int width)
    {
        output.AddVarint((ulong)length << 1);
        for (; width > 0; width -= 8)
        {
            output.Add((byte)value);
            value >>= 8;
        }
    }

    private static void AddPacked(PooledBytes output, ReadOnlySpan<ushort> values, int width)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var groups = (values.Length + GroupLength - 1) / GroupLength;
        output.AddVarint(((ulong)groups << 1) | 1);
        var start = output.Length;
        BitPacking.Add(output, values, width);
        output.Take((groups * width) - (output.Length - start)).Clear();
    }
}
