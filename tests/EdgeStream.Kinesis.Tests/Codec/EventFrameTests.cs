using System.Text;
using EdgeStream.Delivery;

namespace EdgeStream.Kinesis.Tests.Codec;

public sealed class EventFrameTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Checksums_are_those_of_gzip(string text, uint expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(expected, Crc32.Compute(bytes));
        Assert.Equal(expected, Crc32.Compute(bytes.AsSpan(bytes.Length / 2), Crc32.Compute(bytes.AsSpan(0,
            bytes.Length / 2))));
    }

    [Fact]
    public void An_empty_message_is_the_published_one()
    {
        using var buffer = new ResponseBuffer();
        EventFrame.End(buffer, EventFrame.Begin(buffer, []));
        Assert.Equal("000000100000000005C248EB7D98C8FF", Convert.ToHexString(buffer.Written.Span));
    }

    [Fact]
    public void A_message_with_a_payload_is_the_published_one()
    {
        using var buffer = new ResponseBuffer();
        var start = EventFrame.Begin(buffer, []);
        buffer.Write("{'foo':'bar'}"u8);
        EventFrame.End(buffer, start);
        Assert.Equal(
            "0000001D00000000FD528C5A7B27666F6F273A27626172277DC3653936", Convert.ToHexString(buffer.Written.Span));
    }
}
