using System.Buffers;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Sql.Tests;

public sealed class AggregateTests
{
    private const double Tolerance = 1e-9;

    private static readonly AggregateKind[] Kinds = Enum.GetValues<AggregateKind>();

    [Fact]
    public void Adding_removing_merging_and_restarting_give_what_a_list_of_the_values_gives()
    {
        var seed = TestSeed.Take(1).First();
        TestSeed.Run(seed, random =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var kind = Kinds[random.Next(Kinds.Length)];
                var function = new AggregateFunction(kind, null)
                {
                    IsDistinct = random.Next(4) == 0,
                    Position = random.Next(1, 4),
                    IsFromLast = random.Next(2) == 0,
                    IgnoresNulls = random.Next(2) == 0,
                    HalfLifeMicroseconds = 1000,
                };
                if (random.Next(2) == 0)
                {
                    Slide(random, function);
                }
                else
                {
                    Merge(random, function);
                }
            }
        });
    }

    [Theory]
    [InlineData(AggregateKind.Sum, "i:1 i:2 n i:3", "6")]
    [InlineData(AggregateKind.Sum, "i:9223372036854775807 i:1", "9.223372036854776E+18")]
    [InlineData(AggregateKind.Sum, "d:0.1 d:0.2 d:-0.1 d:-0.2", "0")]
    [InlineData(AggregateKind.Avg, "i:1 i:2", "1.5")]
    [InlineData(AggregateKind.Avg, "n n", "NULL")]
    [InlineData(AggregateKind.Count, "i:1 n t:x", "2")]
    [InlineData(AggregateKind.CountRows, "i:1 n t:x", "3")]
    [InlineData(AggregateKind.Min, "t:b t:a n t:c", "'a'")]
    [InlineData(AggregateKind.Max, "i:2 d:2.5 i:1", "2.5")]
    [InlineData(AggregateKind.VarPop, "i:1 i:2 i:3 i:4", "1.25")]
    [InlineData(AggregateKind.VarSamp, "i:1", "NULL")]
    [InlineData(AggregateKind.StddevPop, "i:2 i:4 i:4 i:4 i:5 i:5 i:7 i:9", "2")]
    [InlineData(AggregateKind.FirstValue, "n i:1", "NULL")]
    [InlineData(AggregateKind.LastValue, "i:1 t:z", "'z'")]
    public void The_functions_have_the_results_of_the_standard(AggregateKind kind, string values, string expected)
    {
        var state = new AggregateFunction(kind, null).Create(isRemovable: false);
        foreach (var value in values.Split(' '))
        {
            state.Add(new Plain(value).Value, 0);
        }

        Assert.Equal(expected, Evaluation.Write(state.Result));
    }

    [Fact]
    public void A_declared_integer_keeps_sums_and_averages_whole_and_overflows_to_NULL()
    {
        var sum = new AggregateFunction(AggregateKind.Sum, SqlType.Integer).Create(isRemovable: false);
        var average = new AggregateFunction(AggregateKind.Avg, SqlType.Integer).Create(isRemovable: false);
        foreach (var value in new[] { 1L, 2, long.MaxValue })
        {
            sum.Add(SqlValue.OfInteger(value), 0);
            average.Add(SqlValue.OfInteger(value), 0);
        }

        Assert.True(sum.Result.IsNull);
        Assert.Equal(3074457345618258603, average.Result.Integer);
        Assert.Equal(SqlTypeName.BigInt, new AggregateFunction(AggregateKind.Avg, SqlType.Integer).ResultType?.Name);
        Assert.Throws<ArgumentException>(() => new AggregateFunction(AggregateKind.Sum, SqlType.Text));
    }

    [Fact]
    public void A_value_that_is_one_half_life_older_weighs_half()
    {
        var function = new AggregateFunction(AggregateKind.ExpAvg, null) { HalfLifeMicroseconds = 10 };
        var state = function.Create(isRemovable: true);
        state.Add(SqlValue.Of(3.0), 0);
        state.Add(SqlValue.Of(6.0), 10);
        Assert.Equal(5, state.Result.Number, Tolerance);

        state.Add(SqlValue.Of(6.0), 20);
        Assert.Equal(((3 * 0.25) + (6 * 0.5) + 6) / 1.75, state.Result.Number, Tolerance);

        state.Remove(SqlValue.Of(3.0), 0);
        Assert.Equal(6, state.Result.Number, Tolerance);
    }

    [Fact]
    public void Distinct_values_are_the_same_whatever_kind_of_number_they_are()
    {
        var function = new AggregateFunction(AggregateKind.Count, null) { IsDistinct = true };
        var state = function.Create(isRemovable: true);
        state.Add(SqlValue.OfInteger(1), 0);
        state.Add(SqlValue.Of(1.0), 0);
        state.Add(SqlValue.OfDecimal(100, 2), 0);
        state.Add(SqlValue.Of("1"u8), 0);
        Assert.Equal(2, state.Result.Integer);

        state.Remove(SqlValue.OfInteger(1), 0);
        Assert.Equal(2, state.Result.Integer);
        Assert.False(state.IsOverflown);
    }

    [Fact]
    public void More_distinct_values_than_are_kept_apart_are_reported()
    {
        var state = new AggregateFunction(AggregateKind.Count, null) { IsDistinct = true }.Create(isRemovable: false);
        for (var value = 0; value <= AggregateFunction.DistinctMax; value++)
        {
            Assert.False(state.IsOverflown);
            state.Add(SqlValue.OfInteger(value), 0);
        }

        Assert.True(state.IsOverflown);
        Assert.Equal(AggregateFunction.DistinctMax, state.Result.Integer);
    }

    [Fact]
    public void Adding_and_removing_allocate_nothing_once_the_window_has_its_size()
    {
        var states = Kinds.Select(kind => new AggregateFunction(kind, null).Create(isRemovable: true)).ToArray();
        Run(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int first)
        {
            for (var value = 0; value < 200; value++)
            {
                foreach (var state in states)
                {
                    state.Add(SqlValue.OfInteger((value * 7919) % 101), first);
                    if (value >= 50)
                    {
                        state.Remove(SqlValue.OfInteger(((value - 50) * 7919) % 101), first);
                    }
                }
            }

            foreach (var state in states)
            {
                Assert.True(state.SizeBytes > 0);
                state.Reset();
            }
        }
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused_and_leave_an_empty_one()
    {
        foreach (var kind in Kinds)
        {
            var state = new AggregateFunction(kind, null).Create(isRemovable: true);
            state.Add(SqlValue.OfInteger(5), 7);
            var output = new ArrayBufferWriter<byte>();
            state.Save(output);
            for (var length = 0; length < output.WrittenCount; length++)
            {
                ReadOnlySpan<byte> cut = output.WrittenSpan[..length];
                Assert.False(state.TryLoad(ref cut));
                Assert.Equal(length, cut.Length);
            }
        }
    }

    private static void Slide(Random random, AggregateFunction function)
    {
        var state = function.Create(isRemovable: true);
        var window = new Queue<(Plain Value, long Time)>();
        for (var step = 0; step < random.Next(60); step++)
        {
            if (window.Count > 0 && random.Next(3) == 0)
            {
                var (oldest, at) = window.Dequeue();
                state.Remove(oldest.Value, at);
            }
            else
            {
                var value = Plain.Random(random, function.Kind);
                window.Enqueue((value, step * 300));
                state.Add(value.Value, step * 300);
            }

            Restart(random, function, isRemovable: true, ref state);
            Check(function, [.. window], state);
        }
    }

    private static void Merge(Random random, AggregateFunction function)
    {
        var whole = new List<(Plain Value, long Time)>();
        var state = function.Create(isRemovable: false);
        for (var part = 0; part < random.Next(1, 4); part++)
        {
            var next = function.Create(isRemovable: false);
            for (var count = random.Next(8); count > 0; count--)
            {
                var value = Plain.Random(random, function.Kind);
                whole.Add((value, whole.Count * 300));
                next.Add(value.Value, (whole.Count - 1) * 300);
            }

            Restart(random, function, isRemovable: false, ref next);
            state.Merge(next);
            Check(function, whole, state);
        }
    }

    /// <summary>Saves now and then, and goes on with what is read back; what follows the state is left.</summary>
    private static void Restart(Random random, AggregateFunction function, bool isRemovable, ref AggregateState state)
    {
        if (random.Next(4) > 0)
        {
            return;
        }

        var output = new ArrayBufferWriter<byte>();
        state.Save(output);
        output.Write("tail"u8);
        ReadOnlySpan<byte> bytes = output.WrittenSpan;
        state = function.Create(isRemovable);
        Assert.True(state.TryLoad(ref bytes));
        Assert.Equal("tail", Encoding.UTF8.GetString(bytes));
    }

    private static void Check(
        AggregateFunction function, IReadOnlyList<(Plain Value, long Time)> values, AggregateState state)
    {
        var expected = NaiveAggregate.Of(function, values);
        var actual = state.Result;
        var message = $"{function.Kind} {function.IsDistinct} {function.Position} {function.IsFromLast} "
            + $"{function.IgnoresNulls} of {string.Join(' ', values.Select(value => value.Value.Text))}: "
            + $"{expected ?? "NULL"}, not {Evaluation.Write(actual)}";
        if (expected is double number)
        {
            // The root of what taking values back leaves of nothing is larger than that.
            var isRoot = function.Kind is AggregateKind.StddevPop or AggregateKind.StddevSamp;
            var tolerance = (isRoot ? 1e-6 : Tolerance) * Math.Max(1, Math.Abs(number));
            Assert.True(actual.IsNumeric && Math.Abs(actual.Number - number) <= tolerance, message);
        }
        else
        {
            Assert.True((expected as string ?? "NULL") == Evaluation.Write(actual), message);
        }
    }
}
