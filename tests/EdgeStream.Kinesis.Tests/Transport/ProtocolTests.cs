using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Transport;

public sealed class ProtocolTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task One_port_speaks_both_versions_without_tls(string version)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var request = List(Version.Parse(version));
        using var response = await kinesis.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (response.StatusCode, response.Version));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task One_port_speaks_both_versions_with_tls_and_shows_a_rotated_certificate(string version)
    {
        var first = TestCertificates.SelfSigned("first");
        await using var kinesis = await KinesisUnderTest.StartAsync(
            certificate: KinesisCertificate.FromPem(first.Certificate, first.Key));
        Assert.Equal("O=Test, CN=first", await SubjectAsync(kinesis, Version.Parse(version)));
        var second = TestCertificates.SelfSigned("second");
        kinesis.Server.Certificate = KinesisCertificate.FromPem(second.Certificate, second.Key);
        Assert.Equal("O=Test, CN=second", await SubjectAsync(kinesis, Version.Parse(version)));
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_served()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(kinesis.Server.EndPoint);
        foreach (var letter in "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"u8.ToArray())
        {
            await socket.SendAsync(new[] { letter });
        }

        var answer = new byte[12];
        await new NetworkStream(socket).ReadExactlyAsync(answer);
        Assert.Equal("HTTP/1.1 400", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task Half_a_preface_ends_the_connection_when_its_sender_leaves()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(kinesis.Server.EndPoint);
        await socket.SendAsync("PR"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        await ReadToEndAsync(socket);
        using var request = List(HttpVersion.Version20);
        using var response = await kinesis.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_refused()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var request = KinesisUnderTest.Request(
            "PutRecord", new byte[KinesisLimits.RequestBodyBytesMax + 1]);
        request.Headers.ExpectContinue = true;
        using var response = await kinesis.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Compressed_bodies_are_bounded_by_what_they_stand_for()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            for (var i = 0; i <= 16; i++)
            {
                gzip.Write(new byte[1 << 20]);
            }
        }

        using var request = KinesisUnderTest.Request("ListStreams", packed.ToArray());
        request.Content!.Headers.ContentEncoding.Add("gzip");
        using var response = await kinesis.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task More_requests_than_the_bound_are_told_to_come_again()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { Limits = new KinesisLimits { RequestsMax = 0 } });
        var answer = await kinesis.CallAsync("ListStreams", "{}");
        Assert.Equal((503, "ServiceUnavailable"), (answer.Status, answer.Type));
    }

    [Fact]
    public async Task Web_pages_are_served_only_where_signatures_are_verified()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(kinesis)).StatusCode);
        kinesis.Service.Access = new KinesisAccess([new KinesisCredential("A", "b")]);
        using var response = await AskAsync(kinesis);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("x-amz-target", response.Headers.GetValues("Access-Control-Allow-Headers").Single());
    }

    private static async Task<HttpResponseMessage> AskAsync(KinesisUnderTest kinesis)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/");
        request.Headers.Add("Origin", "https://example.org");
        request.Headers.Add("Access-Control-Request-Headers", "x-amz-target");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        return await kinesis.Client.SendAsync(request);
    }

    private static HttpRequestMessage List(Version version)
    {
        var request = KinesisUnderTest.Request("ListStreams", "{}"u8.ToArray());
        request.Version = version;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return request;
    }

    private static async Task<string?> SubjectAsync(KinesisUnderTest kinesis, Version version)
    {
        string? subject = null;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    subject = (certificate as X509Certificate2)?.Subject;
                    return true;
                },
            },
        };
        using var client = new HttpClient(handler);
        using var request = List(version);
        request.RequestUri = new Uri($"https://{kinesis.Server.EndPoint}/");
        using var response = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
        return subject;
    }

    private static async Task ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer) > 0)
        {
            // To the end.
        }
    }
}
