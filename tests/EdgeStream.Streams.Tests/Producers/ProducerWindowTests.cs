using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>A producer's window beside a set of numbers that forgets nothing, and its bytes.</summary>
public sealed class ProducerWindowTests
{
    public static TheoryData<int> Seeds() => [.. TestSeed.Take(20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_window_is_a_set_that_does_not_know_what_is_too_old(int seed)
    {
        var random = new Random(seed);
        var size = 64 * random.Next(1, 17);
        var window = new ProducerWindow();
        var taken = new HashSet<ulong>();
        ulong highest = (ulong)random.NextInt64(5000);
        window.Begin(size, 3, highest);
        taken.Add(highest);
        for (var step = 0; step < 3000; step++)
        {
            var spread = random.Next(100) == 0 ? 3 * size : 1 + random.Next(40);
            var number = highest + (ulong)random.Next(spread) - (ulong)Math.Min(random.Next(spread), (long)highest);
            var isTooOld = number < highest && highest - number >= (ulong)size;
            var isTaken = !isTooOld && taken.Contains(number);
            Assert.Equal((isTaken, isTooOld), (window.Has(3, number), window.IsTooOld(3, number)));
            if (!isTaken && !isTooOld)
            {
                window.Take(3, number);
                taken.Add(number);
                highest = Math.Max(highest, number);
            }

            window = Copied(window, step);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Two_windows_of_one_producer_make_one_that_has_what_either_has(int seed)
    {
        var random = new Random(seed);
        var (one, other) = (RandomWindow(random), RandomWindow(random));
        var sum = new ProducerWindow();
        sum.CopyFrom(one);
        sum.Add(other);
        for (ulong number = 0; number < 3000; number++)
        {
            var isTaken = one.Has(1, number) || other.Has(1, number);
            Assert.Equal(isTaken && !sum.IsTooOld(1, number), sum.Has(1, number));
        }
    }

    [Fact]
    public void The_bytes_of_a_checkpoint_are_frozen()
    {
        var window = new ProducerWindow();
        window.Begin(1024, 0, 1000);
        Assert.Equal("1000E8070501", Hex(window, 5));
        window.Take(0, 1002);
        window.Take(0, 300);
        Assert.Equal("1000EA0700010101BB0501", Hex(window, -3));
        window.Begin(64, 300, ulong.MaxValue);
        for (ulong below = 2; below < 64; below += 2)
        {
            window.Take(300, ulong.MaxValue - below);
        }

        Assert.Equal("81AC02FFFFFFFFFFFFFFFFFF01AC025555555555555555", Hex(window, 300));
        Assert.Equal("@\u00c3A", ProducerFormat.NameOf([0xC3, 0x41]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("11000000")]
    [InlineData("01000000")]
    [InlineData("0100000041")]
    [InlineData("8100000055")]
    [InlineData("01FFFFFFFFFFFFFFFFFFFF")]
    public void Bytes_that_are_no_window_are_not_taken_for_one(string hex) =>
        Assert.False(ProducerFormat.TryRead(Convert.FromHexString(hex), new ProducerWindow(), out _));

    private static ProducerWindow RandomWindow(Random random)
    {
        var window = new ProducerWindow();
        window.Begin(1024, 1, (ulong)random.Next(1000));
        for (var count = random.Next(500); count > 0; count--)
        {
            var number = window.Highest + (ulong)random.Next(5) - (ulong)Math.Min(random.Next(5), (long)window.Highest);
            window.Take(1, number);
        }

        return window;
    }

    private static ProducerWindow Copied(ProducerWindow window, int heardAt)
    {
        Span<byte> bytes = stackalloc byte[ProducerFormat.ValueSizeBytesMax];
        var size = ProducerFormat.Write(bytes, window, heardAt);
        var copy = new ProducerWindow();
        Assert.True(ProducerFormat.TryRead(bytes[..size], copy, out var read));
        Assert.Equal(heardAt, read);
        Assert.Equal((window.Size, window.Epoch, window.Highest), (copy.Size, copy.Epoch, copy.Highest));
        return copy;
    }

    private static string Hex(ProducerWindow window, long heardAt)
    {
        Span<byte> bytes = stackalloc byte[ProducerFormat.ValueSizeBytesMax];
        return Convert.ToHexString(bytes[..ProducerFormat.Write(bytes, window, heardAt)]);
    }
}
