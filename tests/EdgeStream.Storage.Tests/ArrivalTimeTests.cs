using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>How exact the time is that a record is given when it arrives.</summary>
public sealed class ArrivalTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Records_slower_than_one_a_microsecond_have_their_own_times()
    {
        var clock = new ManualTimeProvider(Start);
        var arrivals = new ArrivalClock(new LogClock(clock, 1));
        var before = arrivals.Next();
        for (var i = 1; i <= 100; i++)
        {
            clock.Advance(TimeSpan.FromMicroseconds(ArrivalClock.RecordsPerReadingMax));
            Assert.Equal(before + (i * ArrivalClock.RecordsPerReadingMax), arrivals.Next());
        }
    }

    [Fact]
    public void Records_of_a_burst_share_a_reading_and_the_next_buffer_reads_again()
    {
        var clock = new ManualTimeProvider(Start);
        var arrivals = new ArrivalClock(new LogClock(clock, 1));
        arrivals.Next();
        clock.Advance(TimeSpan.FromMicroseconds(1));
        var shared = arrivals.Next();
        clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 1; i < ArrivalClock.RecordsPerReadingMax; i++)
        {
            Assert.Equal(shared, arrivals.Next());
        }

        Assert.Equal(shared + 1_000_000, arrivals.Next());
        clock.Advance(TimeSpan.FromMicroseconds(1));
        arrivals.Next();
        clock.Advance(TimeSpan.FromMicroseconds(500));
        arrivals.Restart();
        Assert.Equal(shared + 1_000_501, arrivals.Next());
    }

    [Fact]
    public void A_clock_that_stands_still_is_asked_every_time()
    {
        var clock = new ManualTimeProvider(Start);
        var arrivals = new ArrivalClock(new LogClock(clock, 1));
        var before = arrivals.Next();
        Assert.Equal(before, arrivals.Next());
        Assert.Equal(before, arrivals.Next());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before + 1_000_000, arrivals.Next());
    }

    [Fact]
    public void The_size_of_a_variable_integer_is_what_writing_it_takes()
    {
        var target = new byte[VariableInteger.SizeBytesMax];
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (var value in new[] { (1UL << bit) - 1, 1UL << bit, (1UL << bit) + 1, ulong.MaxValue })
            {
                var size = VariableInteger.Write(target, value);
                Assert.Equal(size, VariableInteger.SizeOf(value));
                Assert.True(VariableInteger.TryRead(target, out var read, out var readSize));
                Assert.Equal((value, size), (read, readSize));
            }
        }
    }
}
