using System.Numerics;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams.Tests;

/// <summary>The digits of a sequence number, which stand in checkpoints of other people's consumers.</summary>
public sealed class KinesisSequenceNumberTests
{
    private const string Frozen = "49176722560012300000000120000000000000004567000000000000";

    private static readonly KinesisSequenceNumber Number = new(1_767_225_600_123, 12, new SequenceNumber(4567));

    [Fact]
    public void The_digits_are_frozen()
    {
        Assert.Equal(Frozen, Number.ToString());
        Assert.Equal(56, Frozen.Length);
        Assert.True(KinesisSequenceNumber.TryParse(Frozen, out var parsed));
        Assert.Equal(Number, parsed);
        Span<byte> utf8 = stackalloc byte[60];
        Assert.True(Number.TryFormat(utf8));
        Assert.Equal(Frozen, Encoding.ASCII.GetString(utf8[..KinesisSequenceNumber.Length]));
        Assert.False(Number.TryFormat(utf8[..55]));
    }

    [Fact]
    public void A_number_of_a_shard_that_was_cut_says_so_in_its_last_digits()
    {
        var number = Number with { CutCount = 3 };
        Assert.Equal(Frozen[..^1] + "3", number.ToString());
        Assert.True(KinesisSequenceNumber.TryParse(number.ToString(), out var parsed));
        Assert.Equal(number, parsed);
        Assert.True(Number < number);
        Assert.True(number < (Number with { Sequence = Number.Sequence.Next }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(4567)]
    [InlineData(1_999_999_999)]
    [InlineData(long.MaxValue - 1)]
    public void Digits_move_to_the_next_position(long sequence)
    {
        var digits = new byte[KinesisSequenceNumber.Length];
        (Number with { Sequence = new SequenceNumber(sequence) }).TryFormat(digits);
        KinesisSequenceNumber.MoveToNext(digits);
        Assert.Equal(
            (Number with { Sequence = new SequenceNumber(sequence + 1) }).ToString(), Encoding.ASCII.GetString(digits));
    }

    [Fact]
    public void The_greatest_number_has_its_place()
    {
        var greatest = new KinesisSequenceNumber(9_999_999_999_999, int.MaxValue, SequenceNumber.Last);
        Assert.True(KinesisSequenceNumber.TryParse(greatest.ToString(), out var parsed));
        Assert.Equal(greatest, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("4917672256001230000000012000000000000000456700000000000")]
    [InlineData("48176722560012300000000120000000000000004567000000000000")]
    [InlineData("49176722560012300000000120000000000000004567000000065536")]
    [InlineData("49176722560012399999999990000000000000004567000000000000")]
    [InlineData("49176722560012300000000129999999999999999999000000000000")]
    [InlineData("4917672256001230000000012 000000000000004567000000000000")]
    public void What_was_never_printed_is_none(string text) =>
        Assert.False(KinesisSequenceNumber.TryParse(text, out _));

    [Fact]
    public void Numbers_compare_as_their_digits_do()
    {
        KinesisSequenceNumber[] ordered =
        [
            new(1, 0, new SequenceNumber(0)), new(1, 0, new SequenceNumber(9)), new(1, 0, SequenceNumber.Last),
            new(1, 1, new SequenceNumber(1)), new(1, 10, new SequenceNumber(0)), new(2, 0, new SequenceNumber(1)),
        ];
        for (var i = 1; i < ordered.Length; i++)
        {
            Assert.True(ordered[i - 1] < ordered[i]);
            Assert.True(
                BigInteger.Parse(ordered[i - 1].ToString(), null) < BigInteger.Parse(ordered[i].ToString(), null));
        }
    }
}
