using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Certificates that are replaced while the gateway serves.</summary>
public sealed class CertificateRotationTests
{
    [Fact]
    public async Task New_connections_get_the_new_certificate_and_a_session_stays_on_the_old_one()
    {
        using var folder = new TemporaryFolder("rotation");
        using var before = new TestCertificates();
        using var after = new TestCertificates();
        var port = FreePort.Next();
        Write(folder, before);
        await using var world = await GatewayWorld.StartAsync("rotation", QuietConfig.Text + $"""

            mqtt:
              listeners:
                - name: site
                  transport: tls
                  port: {port}
                  tls:
                    certificate: {folder.Combine("server.pem")}
                    key: {folder.Combine("server.key")}
            """);
        var received = new TaskCompletionSource();
        await using var stays = await ConnectAsync(port, before, "stays", received.SetResult);
        await stays.SubscribeAsync("site/x", MqttQos.AtLeastOnce);

        Write(folder, after);
        await Poll.UntilAsync(async () => await IsTrustedAsync(port, after));

        Assert.False(await IsTrustedAsync(port, before));
        Assert.False(stays.Closed.IsCompleted);
        await using var comes = await ConnectAsync(port, after, "comes");
        Assert.Equal(MqttReasonCode.Success, await comes.PublishAsync("site/x", "1"u8.ToArray(), MqttQos.AtLeastOnce));
        await received.Task.WaitAsync(Poll.DefaultDeadline);
        Assert.Equal(MqttReasonCode.Success, await stays.PublishAsync("site/y", "2"u8.ToArray(), MqttQos.ExactlyOnce));
        Assert.Equal(2, (await world.RecordsAsync("readings", 2)).Count);

        // What can't be used leaves everything as it is.
        folder.Write("server.pem", "no certificate");
        await Poll.UntilAsync(() => world.Gateway.Output.Contains("certificates of listener 'site'"));
        Assert.True(await IsTrustedAsync(port, after));
        await stays.PingAsync().WaitAsync(Poll.DefaultDeadline);
    }

    private static void Write(TemporaryFolder folder, TestCertificates authority)
    {
        var (certificate, key) = authority.Sign("gateway");
        folder.Write("server.key", key);
        folder.Write("server.pem", certificate);
    }

    private static async Task<bool> IsTrustedAsync(int port, TestCertificates authority)
    {
        try
        {
            await using var client = await ConnectAsync(port, authority, "looks");
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Task<MqttClient> ConnectAsync(
        int port, TestCertificates authority, string clientId, Action? received = null) => MqttClient.ConnectAsync(
        "localhost",
        port,
        new MqttClientOptions
        {
            ClientId = clientId,
            Tls = MqttClientTls.FromPem(authority.Authority),
            Received = _ =>
            {
                received?.Invoke();
                return default;
            },
        });
}
