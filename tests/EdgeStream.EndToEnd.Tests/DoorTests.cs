using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Who gets through which door, and what they may do there.</summary>
public sealed class DoorTests(DoorWorld world) : IClassFixture<DoorWorld>
{
    private const string MosquittoPub = "/usr/bin/mosquitto_pub";
    private const string MosquittoSub = "/usr/bin/mosquitto_sub";

    [Fact]
    public async Task Without_a_certificate_that_is_trusted_nobody_gets_through_tls()
    {
        var result = await Command.RunAsync(MosquittoPub,
        [
            "-h", "localhost", "-p", Number(world.TlsPort), "--cafile", world.Path("ca.pem"), "-t", "site/x", "-m", "1",
            "-q", "1",
        ]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.True(await RefusalsAsync("tls-handshake") > 0);
    }

    [Theory]
    [InlineData("mqttv311", "not authorised")]
    [InlineData("mqttv5", "Not authorized")]
    public async Task Without_a_name_a_client_is_told_that_it_needs_one(string version, string answer)
    {
        var result = await PublishAsync("site/x", "-V", version);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(answer, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.True(await RefusalsAsync("name-needed") > 0);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_counted()
    {
        var result = await PublishAsync("site/x", "-u", "pump", "-P", "wrong", "-V", "mqttv5");
        Assert.NotEqual(0, result.ExitCode);
        Assert.True(await RefusalsAsync("bad-login") > 0);
    }

    [Fact]
    public async Task Rights_decide_who_publishes_and_who_receives_what()
    {
        string[] panel = ["-h", "127.0.0.1", "-p", Number(world.TcpPort), "-u", "panel", "-P", "panel", "-V", "mqttv5"];
        await using var subscriber = await SubscribeAsync([.. panel, "-t", "#"]);
        var refused = await Command.RunAsync(MosquittoPub, [.. panel, "-t", "site/a", "-m", "1", "-q", "1", "-d"]);
        Assert.Contains("RC:135", refused.Output, StringComparison.Ordinal);
        (await PublishAsync("site/hidden", "-u", "pump", "-P", "secret")).OrThrow();
        (await PublishAsync("devices/pump/p1/x", "-u", "pump", "-P", "secret", "-i", "p1")).OrThrow();
        (await PublishAsync("site/seen", "-u", "pump", "-P", "secret")).OrThrow();
        await subscriber.WaitForAsync("site/seen 1");
        Assert.False(subscriber.Output.Contains("site/hidden"));
        Assert.False(subscriber.Output.Contains("devices/"));

        var nothing = await Command.RunAsync(MosquittoSub, [.. panel, "-t", "site/hidden", "-W", "5", "-d"]);
        Assert.Contains("135", nothing.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["devices/pump/p1/x", "site/hidden", "site/seen"],
            (await world.Gateway.RecordsAsync("readings", 3)).Select(record => record.Key)
                .Where(key => key is "devices/pump/p1/x" or "site/hidden" or "site/seen").Order());
    }

    [Fact]
    public async Task The_unix_socket_takes_a_client_without_a_name()
    {
        (await Command.RunAsync(
            MosquittoPub, ["--unix", world.UnixSocket, "-t", "local/x", "-m", "1", "-q", "1"])).OrThrow();
        Assert.Contains(await world.Gateway.Api.ReadAllAsync("readings"), record => record.Key == "local/x");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private Task<CommandResult> PublishAsync(string topic, params string[] more) => Command.RunAsync(
        MosquittoPub,
        ["-h", "127.0.0.1", "-p", Number(world.TcpPort), "-t", topic, "-m", "1", "-q", "1", .. more]);

    private static async Task<BackgroundCommand> SubscribeAsync(string[] arguments)
    {
        var subscriber = BackgroundCommand.Start(
            "/usr/bin/stdbuf", ["-oL", MosquittoSub, "-q", "2", "-v", "-d", .. arguments]);
        await subscriber.WaitForAsync("Subscribed (mid: 1)");
        return subscriber;
    }

    private async Task<double> RefusalsAsync(string reason)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync($"http://127.0.0.1:{world.Gateway.Launch.HttpPort}/metrics");
        var mark = $"edgestream_mqtt_refusals_total{{reason=\"{reason}\"}} ";
        var line = text.Split('\n').Single(line => line.StartsWith(mark, StringComparison.Ordinal));
        return double.Parse(line[mark.Length..], CultureInfo.InvariantCulture);
    }
}
