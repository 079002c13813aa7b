using System.Buffers;
using System.Text;

namespace EdgeStream.Sql.Tests;

/// <summary>What a saved state looks like, byte for byte: snapshots of queries that are on disks hold such bytes.</summary>
public sealed class AggregateFormatTests
{
    private static readonly string[] Frozen =
    [
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

        Assert.Equal(string.Join('\n', Frozen), string.Join('\n', saved));
    }

    [Fact]
    public void The_numbers_of_types_and_functions_are_frozen()
    {
        Assert.Equal(
            "Null 0, Boolean 1, Double 2, Text 3, Timestamp 4, Integer 5, Decimal 6, Date 7, Time 8, Interval 9, Months 10, "
            + "Binary 11",
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
