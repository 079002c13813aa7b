using System.Text;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis.Tests.Codec;

public sealed class ResponseWriterTests
{
    [Fact]
    public void Json_is_what_the_service_writes() => Assert.Equal(
        """{"Records":[{"Data":"aGk=","PartitionKey":"a\"\\\u0001ü","ApproximateArrivalTimestamp":"""
            + """1500000000.007},{"Data":""}"""
            + """],"MillisBehindLatest":-5,"HasMoreShards":true,"ChildShards":[],"Tags":["x","y"]}""",
        Encoding.UTF8.GetString(Write(WireFormat.Json)));

    [Fact]
    public void Cbor_is_what_the_service_writes() => Assert.Equal(
        "BF675265636F7264739FBF6444617461426869" + "6C506172746974696F6E4B6579" + "6661225C01C3BC"
            + "781B417070726F78696D6174654172726976616C54696D657374616D70" + "C11B0000015D3EF79807"
            + "FFBF644461746140FFFF" + "724D696C6C6973426568696E644C617465737424"
            + "6D4861734D6F7265536861726473F5" + "6B4368696C645368617264739FFF" + "64546167739F61786179FFFF",
        Convert.ToHexString(Write(WireFormat.Cbor)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1000, "1")]
    [InlineData(1500, "1.500")]
    [InlineData(-1500, "-1.500")]
    [InlineData(-250, "-0.250")]
    public void Times_are_seconds_with_milliseconds(long milliseconds, string expected)
    {
        using var buffer = new ResponseBuffer();
        var writer = new ResponseWriter(buffer, WireFormat.Json);
        writer.BeginStructure();
        writer.Time(Members.StreamCreationTimestamp, Timestamp.FromUnixMilliseconds(milliseconds));
        writer.EndStructure();
        Assert.Equal(
            $$"""{"StreamCreationTimestamp":{{expected}}}""", Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Fact]
    public void Every_control_character_can_be_read_back()
    {
        var text = string.Concat(Enumerable.Range(0, 0x80).Select(letter => (char)letter)) + new string('x', 300);
        using var buffer = new ResponseBuffer();
        var writer = new ResponseWriter(buffer, WireFormat.Json);
        writer.BeginStructure();
        writer.Text(Members.Key, text);
        writer.EndStructure();
        using var document = JsonDocument.Parse(buffer.Written);
        Assert.Equal(text, document.RootElement.GetProperty("Key").GetString());
    }

    [Theory]
    [InlineData((int)WireFormat.Json)]
    [InlineData((int)WireFormat.Cbor)]
    public void A_beginning_that_is_repeated_is_the_same_as_one_that_is_written(int format)
    {
        using var written = new ResponseBuffer();
        using var repeated = new ResponseBuffer();
        WriteThree(new ResponseWriter(written, (WireFormat)format), isRepeated: false);
        WriteThree(new ResponseWriter(repeated, (WireFormat)format), isRepeated: true);
        Assert.Equal(
            Convert.ToHexString(written.Written.Span), Convert.ToHexString(repeated.Written.Span));
    }

    private static void WriteThree(ResponseWriter writer, bool isRepeated)
    {
        var payload = new byte[4000];
        writer.BeginStructure();
        writer.BeginList(Members.Records);
        var quote = writer.Format == WireFormat.Json ? 1 : 0;
        var (start, size) = (0, 0);
        for (var count = 0; count < 3; count++)
        {
            if (isRepeated && count > 0)
            {
                start = writer.Repeat(start, size);
                writer.Patch(start + size - quote - 2, 1)[0]++;
            }
            else
            {
                writer.BeginStructure();
                start = writer.SizeBytes - 1;
                writer.PlainText(Members.SequenceNumber, [(byte)'4', (byte)('1' + count), (byte)'0']);
                size = writer.SizeBytes - start;
            }

            writer.Blob(Members.Data, payload);
            writer.EndStructure();
        }

        writer.EndList();
        writer.EndStructure();
    }

    private static byte[] Write(WireFormat format)
    {
        using var buffer = new ResponseBuffer();
        var writer = new ResponseWriter(buffer, format);
        writer.BeginStructure();
        writer.BeginList(Members.Records);
        writer.BeginStructure();
        writer.Blob(Members.Data, "hi"u8);
        writer.Text(Members.PartitionKey, "a\"\\\u0001ü");
        writer.Time(Members.ApproximateArrivalTimestamp, Timestamp.FromUnixMilliseconds(1_500_000_000_007));
        writer.EndStructure();
        writer.BeginStructure();
        writer.Blob(Members.Data, []);
        writer.EndStructure();
        writer.EndList();
        writer.Number(Members.MillisBehindLatest, -5);
        writer.Flag(Members.HasMoreShards, true);
        writer.BeginList(Members.ChildShards);
        writer.EndList();
        writer.BeginList(Members.Tags);
        writer.Text("x");
        writer.Text("y");
        writer.EndList();
        writer.EndStructure();
        return buffer.Written.ToArray();
    }
}
