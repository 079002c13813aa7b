using System.Security.Cryptography;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A client never takes a server that it can't verify.</summary>
public class ClientTlsTests : IDisposable
{
    private readonly TestCertificates _authority = new();

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Messages_pass_to_a_server_that_a_given_authority_signed(MqttVersion version)
    {
        var handler = new RecordingHandler();
        await using DoorHost host = await StartAsync(handler);
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions
        {
            Version = version, Tls = MqttClientTls.FromPem(_authority.Authority),
        });
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("t", "x"u8.ToArray(), MqttQos.ExactlyOnce));
        await client.DisconnectAsync();
        Assert.True(client.Closed.IsCompletedSuccessfully);
        Assert.Equal(["t x"], handler.Received);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_and_so_is_one_of_another_name()
    {
        await using DoorHost host = await StartAsync();
        using var other = new TestCertificates("Another");
        foreach (MqttClientTls tls in new[]
        {
            MqttClientTls.FromPem(other.Authority),
            MqttClientTls.FromPem(),
            MqttClientTls.FromPem(_authority.Authority, serverName: "elsewhere.example"),
        })
        {
            IOException refusal = await Assert.ThrowsAsync<IOException>(
                () => host.ConnectAsync(new MqttClientOptions { Tls = tls }));
            Assert.Contains("TLS", refusal.Message, StringComparison.Ordinal);
            Assert.True(ReconnectDelay.IsRefusal(refusal));
        }

        await using MqttClient named = await host.ConnectAsync(
            new MqttClientOptions { Tls = MqttClientTls.FromPem(_authority.Authority, serverName: "localhost") });
    }

    [Fact]
    public async Task A_client_certificate_says_who_the_client_is()
    {
        (string certificate, string key) = _authority.Sign("pump");
        await using DoorHost host = await StartAsync(isCertificateRequired: true);
        await Assert.ThrowsAnyAsync<Exception>(() => host.ConnectAsync(
            new MqttClientOptions { Tls = MqttClientTls.FromPem(_authority.Authority) }));
        await using MqttClient client = await host.ConnectAsync(
            new MqttClientOptions { Tls = MqttClientTls.FromPem(_authority.Authority, certificate, key) });
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("t", default, MqttQos.AtLeastOnce));
    }

    [Fact]
    public void Texts_that_are_no_certificates_are_refused()
    {
        Assert.Throws<CryptographicException>(() => MqttClientTls.FromPem("nothing"));
        Assert.Throws<CryptographicException>(() => MqttClientTls.FromPem(_authority.Authority, "nothing", "nothing"));
    }

    public void Dispose() => _authority.Dispose();

    private Task<DoorHost> StartAsync(IMqttPublishHandler? handler = null, bool isCertificateRequired = false)
    {
        (string certificate, string key) = _authority.Sign("gateway");
        return DoorHost.StartAsync(
            new MqttListenerOptions
            {
                IsAnonymousAllowed = true,
                Tls = new MqttTls(MqttTlsMaterial.FromPem(
                    certificate, key, isCertificateRequired ? _authority.Authority : null))
                {
                    IsClientCertificateRequired = isCertificateRequired,
                    CertificateUser = isCertificateRequired
                        ? MqttCertificateUser.CommonName
                        : MqttCertificateUser.None,
                },
            },
            handler: handler);
    }
}
