using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests.Transport;

public class TlsTests : IDisposable
{
    private readonly TestCertificates _authority = new();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Messages_pass_through_tls(SslProtocols version)
    {
        await using DoorHost host = await StartAsync(Tls());
        await using SslStream stream = await OpenAsync(host, version);
        Assert.Equal(version, stream.SslProtocol);
        await StreamClient.PublishAsync(stream, "c");
    }

    [Fact]
    public async Task A_packet_larger_than_a_record_of_tls_arrives_whole()
    {
        var handler = new RecordingHandler();
        await using DoorHost host = await StartAsync(Tls(), handler: handler);
        await using SslStream stream = await OpenAsync(host);
        await StreamClient.SendAsync(stream, RawClient.Connect311("c"));
        await StreamClient.ExpectAsync(stream, RawClient.ConnackV311);
        byte[] body = [0, 1, (byte)'a', 0, 7, .. Enumerable.Repeat((byte)'x', 200_000)];
        await stream.WriteAsync((byte[])[0x32, 0xC5, 0x9A, 0x0C, .. body]);
        await StreamClient.ExpectAsync(stream, "40 02 0007");
        Assert.Equal(200_002, Assert.Single(handler.Received).Length);
    }

    [Fact]
    public async Task An_older_version_than_the_least_is_refused()
    {
        await using DoorHost host = await StartAsync(Tls(isTls13Required: true));
        await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(host, SslProtocols.Tls12));
        await Eventually.TrueAsync(
            () => host.Broker.Refusals.Count(MqttRefusal.TlsHandshake) == 1, "the handshake is refused");
    }

    [Fact]
    public async Task Bytes_that_are_no_tls_are_refused_and_so_is_a_handshake_that_does_not_come()
    {
        await using DoorHost host = await StartAsync(Tls());
        using RawClient plain = await host.OpenAsync();
        await plain.SendAsync(RawClient.Connect311("c"));
        await Eventually.TrueAsync(
            () => host.Broker.Refusals.Count(MqttRefusal.TlsHandshake) == 1, "plain bytes are refused");
        using RawClient silent = await host.OpenAsync();
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(11));
                return host.Broker.Refusals.Count(MqttRefusal.TlsHandshake) == 2;
            },
            "the silent one is refused");
        await silent.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_shown_to_new_connections_and_those_there_stay()
    {
        MqttTls tls = Tls();
        await using DoorHost host = await StartAsync(tls);
        await using SslStream before = await OpenAsync(host);
        await StreamClient.PublishAsync(before, "a");
        (string certificate, string key) = _authority.Sign("renewed");
        tls.Material = MqttTlsMaterial.FromPem(certificate, key);

        await using SslStream after = await OpenAsync(host);
        Assert.Contains("CN=renewed", after.RemoteCertificate!.Subject, StringComparison.Ordinal);
        await StreamClient.PublishAsync(after, "b");
        await StreamClient.SendAsync(before, "C0 00");
        await StreamClient.ExpectAsync(before, "D0 00");
    }

    [Theory]
    [InlineData(MqttCertificateUser.CommonName, "pump-7")]
    [InlineData(MqttCertificateUser.AlternativeName, "pump-7.site")]
    [InlineData(MqttCertificateUser.None, null)]
    public async Task A_client_certificate_says_who_the_client_is(MqttCertificateUser which, string? user)
    {
        var seen = new SeenAuthenticator();
        await using DoorHost host = await StartAsync(Tls(asksClients: true, which: which), seen);
        (string certificate, string key) = _authority.Sign("pump-7", "pump-7.site");
        await using SslStream stream = await OpenAsync(host, client: Pair(certificate, key));
        await StreamClient.PublishAsync(stream, "c");
        Assert.Equal(user, seen.Login!.Peer.CertificateUser);
        Assert.Contains("CN=pump-7", seen.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var other = new TestCertificates("Another authority");
        await using DoorHost host = await StartAsync(Tls(asksClients: true));
        (string certificate, string key) = other.Sign("pump-7");
        await AssertRefusedAsync(host, Pair(certificate, key));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused_where_one_is_required_and_taken_elsewhere()
    {
        await using (DoorHost open = await StartAsync(Tls(asksClients: true, isRequired: false)))
        {
            await using SslStream stream = await OpenAsync(open);
            await StreamClient.PublishAsync(stream, "c");
        }

        await using DoorHost closed = await StartAsync(Tls(asksClients: true));
        await AssertRefusedAsync(closed, null);
    }

    [Fact]
    public async Task A_certificate_that_its_authority_has_revoked_is_refused_and_others_are_taken()
    {
        (string lost, string lostKey) = _authority.Sign("lost");
        (string kept, string keptKey) = _authority.Sign("kept");
        (string server, string serverKey) = _authority.Sign("server");
        MqttTls tls = Tls(asksClients: true);
        await using DoorHost host = await StartAsync(tls);
        await using (SslStream before = await OpenAsync(host, client: Pair(lost, lostKey)))
        {
            await StreamClient.PublishAsync(before, "c");
        }

        string lists = _authority.Revoke() + "\n" + _authority.Revoke(_authority.Sign("other").Certificate, lost);
        tls.Material = MqttTlsMaterial.FromPem(server, serverKey, _authority.Authority, lists);
        await using SslStream stream = await OpenAsync(host, client: Pair(kept, keptKey));
        await StreamClient.PublishAsync(stream, "c");
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using SslStream refused = await OpenAsync(host, client: Pair(lost, lostKey));
            await StreamClient.PublishAsync(refused, "d");
        });
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.TlsHandshake));
    }

    [Fact]
    public void A_revocation_list_of_another_authority_or_none_or_a_damaged_one_is_refused()
    {
        using var other = new TestCertificates("Another authority");
        string list = _authority.Revoke(_authority.Sign("lost").Certificate);
        string damaged = System.Security.Cryptography.PemEncoding.WriteString(
            "X509 CRL", System.Text.Encoding.UTF8.GetBytes("no list"));
        Assert.Contains("none of the authorities", Problem(other.Revoke()), StringComparison.Ordinal);
        Assert.Contains("no revocation list", Problem(_authority.Authority), StringComparison.Ordinal);
        Assert.Contains("damaged", Problem(damaged), StringComparison.Ordinal);
        Assert.Contains("damaged", Problem(list + "\n" + damaged), StringComparison.Ordinal);
        Assert.Contains("damaged", Problem(list + "\n" + list.Replace("END", "FIN")), StringComparison.Ordinal);

        string Problem(string lists)
        {
            (string certificate, string key) = _authority.Sign("server");
            return Assert.Throws<System.Security.Cryptography.CryptographicException>(
                () => MqttTlsMaterial.FromPem(certificate, key, _authority.Authority, lists)).Message;
        }
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        (string certificate, _) = _authority.Sign("a");
        (_, string key) = _authority.Sign("b");
        Assert.Throws<System.Security.Cryptography.CryptographicException>(
            () => MqttTlsMaterial.FromPem(certificate, key));
    }

    public void Dispose() => _authority.Dispose();

    private static X509Certificate2 Pair(string certificate, string key) =>
        X509Certificate2.CreateFromPem(certificate, key);

    private static async Task<SslStream> OpenAsync(
        DoorHost host, SslProtocols version = SslProtocols.None, X509Certificate2? client = null)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, host.Port);
        var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            ClientCertificates = client is null ? null : [client],
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
        return stream;
    }

    /// <summary>TLS 1.3 lets the client find out only when it reads.</summary>
    private static async Task AssertRefusedAsync(DoorHost host, X509Certificate2? client)
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using SslStream stream = await OpenAsync(host, client: client);
            await StreamClient.PublishAsync(stream, "c");
        });
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.TlsHandshake));
        Assert.Equal(0, host.Broker.Statistics.ConnectionsAccepted);
    }

    private static Task<DoorHost> StartAsync(
        MqttTls tls, IMqttAuthenticator? authenticator = null, IMqttPublishHandler? handler = null) =>
        DoorHost.StartAsync(
            new MqttListenerOptions { Tls = tls },
            authenticator: authenticator is null ? null : _ => authenticator,
            handler: handler);

    private MqttTls Tls(
        bool asksClients = false,
        bool isRequired = true,
        bool isTls13Required = false,
        MqttCertificateUser which = MqttCertificateUser.None)
    {
        (string certificate, string key) = _authority.Sign("server");
        return new MqttTls(MqttTlsMaterial.FromPem(certificate, key, asksClients ? _authority.Authority : null))
        {
            IsClientCertificateRequired = asksClients && isRequired,
            IsTls13Required = isTls13Required,
            CertificateUser = which,
        };
    }

    private sealed class SeenAuthenticator : IMqttAuthenticator
    {
        internal MqttLogin? Login { get; private set; }

        internal string Subject { get; private set; } = "";

        public ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken)
        {
            Login = login;
            Subject = login.Peer.Certificate?.Subject ?? "";
            return ValueTask.FromResult(MqttLoginResult.Accepted(null));
        }
    }
}
