using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

public class MessageCounterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("1 2 3", 0, 0)]
    [InlineData("1 2 5", 2, 0)]
    [InlineData("1 2 2 3", 0, 1)]
    [InlineData("1 3 2 4", 0, 0)]
    [InlineData("1 3 2 2 4", 0, 1)]
    [InlineData("1000 0 1 2", 0, 0)]
    [InlineData("254 255 0 1", 0, 0)]
    [InlineData("65534 65535 1", 1, 0)]
    [InlineData("4294967295 0", 0, 0)]
    [InlineData("1 2000000 2000001", 0, 0)]
    [InlineData("7 18446744073709551615 8", 0, 0)]
    public void Missing_and_repeated_numbers_are_counted(string numbers, long missing, long repeated)
    {
        var counter = new MessageCounter();
        foreach (var number in numbers.Split(' '))
        {
            counter.Take(ulong.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Equal((missing, repeated), (counter.Missing, counter.Repeated));
    }

    [Fact]
    public void Numbers_of_eight_bits_go_on_after_255()
    {
        var counter = new MessageCounter();
        for (var i = 0; i < 600; i++)
        {
            counter.TakeByte((byte)i);
        }

        Assert.Equal((0, 0), (counter.Missing, counter.Repeated));
        Assert.Equal(2, counter.TakeByte(unchecked((byte)602)).Missing);
        Assert.True(counter.TakeByte(unchecked((byte)602)).IsRepeated);
        counter.Begin();
        counter.TakeByte(0);
        Assert.Equal((2, 1), (counter.Missing, counter.Repeated));
    }

    [Fact]
    public void What_was_left_out_and_sent_twice_is_found_whatever_the_order_nearby()
    {
        var random = TestSeed.Create(output.WriteLine);
        var counter = new MessageCounter();
        long left = 0;
        long twice = 0;
        var waiting = new List<ulong>();
        for (ulong number = 1_000; number < 21_000; number++)
        {
            var kind = number is 1_000 or 20_999 ? 0 : random.Next(20);
            left += kind == 1 ? 1 : 0;
            twice += kind == 2 ? 1 : 0;
            waiting.AddRange(kind switch { 1 => [], 2 => [number, number], _ => [number] });
            if (waiting.Count > 30 || number is 1_000 or 20_999)
            {
                foreach (var next in waiting.OrderBy(_ => random.Next()))
                {
                    counter.Take(next);
                }

                waiting.Clear();
            }
        }

        Assert.Equal((left, twice), (counter.Missing, counter.Repeated));
    }
}
