using System.Buffers;
using System.Net;
using System.Text;

namespace EdgeStream.Mqtt.Tests.Transport;

public class ProxyHeaderTests
{
    private const string V2 = "0D0A0D0A000D0A515549540A";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 1883\r\n", "192.0.2.7:56324")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 56324 1883\r\n", "[2001:db8::7]:56324")]
    [InlineData("PROXY UNKNOWN\r\n", null)]
    [InlineData("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", null)]
    public void A_line_of_version_1_tells_the_client(string line, string? client) =>
        AssertRead(Encoding.ASCII.GetBytes(line), client);

    [Theory]
    [InlineData(V2 + "2111000C" + "C0000207" + "C6336401" + "DC04" + "075B", "192.0.2.7:56324")]
    [InlineData(V2 + "2111000F" + "C0000207" + "C6336401" + "DC04" + "075B" + "040000", "192.0.2.7:56324")]
    [InlineData(V2 + "21210024" + "20010DB8000000000000000000000007" + "20010DB8000000000000000000000001"
        + "DC04" + "075B", "[2001:db8::7]:56324")]
    [InlineData(V2 + "20000000", null)]
    [InlineData(V2 + "2011000C" + "C0000207" + "C6336401" + "DC04" + "075B", null)]
    [InlineData(V2 + "21000000", null)]
    public void Bytes_of_version_2_tell_the_client(string hex, string? client) =>
        AssertRead(Convert.FromHexString(hex), client);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7\r\n")]
    [InlineData("PROXY TCP4 a b 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 99999 2\r\n")]
    [InlineData("PROXY TCP5 1.2.3.4 1.2.3.4 9 2\r\n")]
    public void What_is_no_header_is_refused(string text)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text));
        Assert.Equal(ProxyHeader.Result.Invalid, ProxyHeader.Read(ref buffer, out _));
    }

    [Theory]
    [InlineData(V2 + "31110000")] // Version 3.
    [InlineData(V2 + "2211000C")] // No such command.
    [InlineData(V2 + "2111FFFF")] // Longer than any header.
    [InlineData(V2 + "21110004" + "C0000207")] // Too short for its family.
    [InlineData("100C00044D515454")] // MQTT.
    public void Bytes_that_are_no_header_are_refused(string hex)
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
        Assert.Equal(ProxyHeader.Result.Invalid, ProxyHeader.Read(ref buffer, out _));
    }

    [Fact]
    public void A_line_without_an_end_is_refused_at_its_longest()
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("PROXY TCP4 " + new string('1', 96)));
        Assert.Equal(ProxyHeader.Result.Invalid, ProxyHeader.Read(ref buffer, out _));
    }

    /// <summary>Every prefix is incomplete, and what stands behind the header stays.</summary>
    private static void AssertRead(byte[] header, string? client)
    {
        for (int length = 0; length < header.Length; length++)
        {
            var part = new ReadOnlySequence<byte>(header.AsMemory(0, length));
            Assert.Equal(ProxyHeader.Result.Incomplete, ProxyHeader.Read(ref part, out _));
        }

        var buffer = new ReadOnlySequence<byte>([.. header, 0x10, 0x0C]);
        Assert.Equal(ProxyHeader.Result.Done, ProxyHeader.Read(ref buffer, out IPEndPoint? source));
        Assert.Equal(client is null ? null : IPEndPoint.Parse(client), source);
        Assert.Equal([0x10, 0x0C], buffer.ToArray());
    }
}
