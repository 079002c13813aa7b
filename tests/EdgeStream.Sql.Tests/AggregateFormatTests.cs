using System.Buffers;
using System.Text;

namespace EdgeStream.Sql.Tests;

/// <summary>What a saved state looks like, byte for byte: snapshots of queries that are on disks hold such
/// bytes.</summary>
public sealed class AggregateFormatTests
{
    private static readonly string[] Frozen =
    [
        "CountRows group 0400000000000000",
        "CountRows window 0400000000000000",
        "Count group 0300000000000000",
        "Count window 0300000000000000",
        "Sum group 0300000000000000_0100000000000000_0000000000000440_0000000000000000_A901000000000000_0"
        + "000000000000000_02",
        "Sum window 0300000000000000_0100000000000000_0000000000000440_0000000000000000_A901000000000000_"
        + "0000000000000000_02",
        "Avg group 0300000000000000_0100000000000000_0000000000000440_0000000000000000_A901000000000000_0"
        + "000000000000000_02",
        "Avg window 0300000000000000_0100000000000000_0000000000000440_0000000000000000_A901000000000000_"
        + "0000000000000000_02",
        "Min group 06027D0000000000_0000",
        "Min window 0300000000000000_0000000000000000_000100000006027D_0000000000000002_00000000000000",
        "Max group 0500030000000000_0000",
        "Max window 0300000000000000_0000000000000000_0003000000050003_0000000000000002_0000000000000004_"
        + "4006027D00000000_0000000000000000_0000000100000000_0000000200000000_000000",
        "StddevPop group 0300000000000000_0000000000000240_000000000000FA3F",
        "StddevPop window 0300000000000000_0000000000000240_000000000000FA3F",
        "StddevSamp group 0300000000000000_0000000000000240_000000000000FA3F",
        "StddevSamp window 0300000000000000_0000000000000240_000000000000FA3F",
        "VarPop group 0300000000000000_0000000000000240_000000000000FA3F",
        "VarPop window 0300000000000000_0000000000000240_000000000000FA3F",
        "VarSamp group 0300000000000000_0000000000000240_000000000000FA3F",
        "VarSamp window 0300000000000000_0000000000000240_000000000000FA3F",
        "FirstValue group 0500000000000000_0001000000050003_00000000000000",
        "FirstValue window 0500000000000000_0005000000050003_0000000000000000_0002000000000000_0004400602"
        + "7D0000_0000000000030004_00000074657874",
        "LastValue group 0500000000000000_0001000000030004_00000074657874",
        "LastValue window 0500000000000000_0001000000030004_00000074657874",
        "NthValue group 0500000000000000_0002000000050003_0000000000000000_00",
        "NthValue window 0500000000000000_0005000000050003_0000000000000000_0002000000000000_00044006027D"
        + "0000_0000000000030004_00000074657874",
        "ExpAvg group 0300000000000000_B80B000000000000_0000000000000240_0000000000001240",
        "ExpAvg window 0300000000000000_B80B000000000000_0000000000000240_0000000000001240",
        "Any group 0100000000000000_0000000000000000",
        "Any window 0100000000000000_0000000000000000",
        "Every group 0100000000000000_0000000000000000",
        "Every window 0100000000000000_0000000000000000",
        "Sum distinct 0003000000010000_0000000000050003_0000000000000001_0000000000000002_000000000000000"
        + "4_4001000000000000_0006027D00000000_000000",
    ];

    [Fact]
    public void The_saved_form_of_every_state_is_frozen()
    {
        var saved = new List<string>();
        foreach (var kind in Enum.GetValues<AggregateKind>())
        {
            foreach (var isRemovable in new[] { false, true })
            {
                saved.Add($"{kind} {(isRemovable ? "window" : "group")} {Save(kind, isDistinct: false, isRemovable)}");
            }
        }

        saved.Add($"Sum distinct {Save(AggregateKind.Sum, isDistinct: true, isRemovable: false)}");

        var actual = string.Join('\n', saved);
        Assert.True(string.Join('\n', Frozen) == actual, actual);
    }

    [Fact]
    public void The_numbers_of_types_and_functions_are_frozen()
    {
        Assert.Equal(
            "Null 0, Boolean 1, Double 2, Text 3, Timestamp 4, Integer 5, Decimal 6, Date 7, Time 8, Interval 9, "
            + "Months 10, Binary 11",
            string.Join(", ", Enum.GetValues<SqlType>().Select(type => $"{type} {(int)type}")));
        Assert.Equal(
            "CountRows 0, Count 1, Sum 2, Avg 3, Min 4, Max 5, StddevPop 6, StddevSamp 7, VarPop 8, VarSamp 9, "
            + "FirstValue 10, LastValue 11, NthValue 12, ExpAvg 13, Any 14, Every 15",
            string.Join(", ", Enum.GetValues<AggregateKind>().Select(kind => $"{kind} {(int)kind}")));
    }

    private static string Save(AggregateKind kind, bool isDistinct, bool isRemovable)
    {
        var state = new AggregateFunction(kind, null)
        {
            IsDistinct = isDistinct,
            Position = 2,
            HalfLifeMicroseconds = 1000,
        }.Create(isRemovable);
        state.Add(SqlValue.OfInteger(3), 1000);
        state.Add(SqlValue.Null, 2000);
        state.Add(SqlValue.Of(2.5), 3000);
        state.Add(SqlValue.OfDecimal(125, 2), 3000);
        if (kind is AggregateKind.FirstValue or AggregateKind.LastValue or AggregateKind.NthValue)
        {
            state.Add(SqlValue.Of("text"u8), 4000);
        }

        if (kind is AggregateKind.Any or AggregateKind.Every)
        {
            state.Add(SqlValue.Of(true), 5000);
        }

        var output = new ArrayBufferWriter<byte>();
        state.Save(output);
        var hex = Convert.ToHexString(output.WrittenSpan);
        var text = new StringBuilder();
        for (var start = 0; start < hex.Length; start += 16)
        {
            text.Append(start == 0 ? "" : "_").Append(hex.AsSpan(start, Math.Min(16, hex.Length - start)));
        }

        return text.ToString();
    }
}
