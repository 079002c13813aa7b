using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 4.12 from the client's side.</summary>
public class ClientAuthenticationTests
{
    private const string Method = "15 0001'm'";

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-4.12.1-1", "MQTT-3.1.2-30")]
    public async Task Steps_are_answered_before_connack_and_again_later()
    {
        using var script = new ScriptedServer();
        var proof = new Riddle();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(
            "127.0.0.1", script.Port, new MqttClientOptions { ClientId = "c", Authentication = proof });
        using RawClient server = await script.AcceptAsync();
        byte[] connect = await server.ReadPacketAsync();
        Assert.Contains(Hex.Of(Hex.Bytes(Method + "16 0005'hello'")), Hex.Of(connect), StringComparison.Ordinal);
        await server.SendAsync("F0 0C 18 0A " + Method + "16 0003'one'");
        await server.ExpectAsync("F0 10 18 0E " + Method + "16 0007'to: one'");
        await server.SendAsync("20 0E 00 00 0B " + Method + "16 0004'good'");
        await using MqttClient client = await connecting;
        Assert.Equal(["good"], proof.Completed);

        Task again = client.ReauthenticateAsync();
        Assert.Throws<InvalidOperationException>(() => { _ = client.ReauthenticateAsync(); });
        await server.ExpectAsync("F0 0E 19 0C " + Method + "16 0005'hello'");
        await server.SendAsync("F0 0C 18 0A " + Method + "16 0003'two'");
        await server.ExpectAsync("F0 10 18 0E " + Method + "16 0007'to: two'");
        await server.SendAsync("F0 0D 00 0B " + Method + "16 0004'fine'");
        await again;
        Assert.Equal(["good", "fine"], proof.Completed);
    }

    [Theory]
    [InlineData("F0 06 18 04 15 0001'x'")] // Another method.
    [InlineData("F0 06 00 04 15 0001'm'")] // Nothing was begun that could succeed.
    [InlineData("F0 06 19 04 15 0001'm'")] // Only a client begins again.
    [InlineData("F0 06 18 04 15 0001'm'")] // Nothing is under way.
    public async Task What_is_not_its_turn_ends_the_connection(string auth)
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions { ClientId = "c", Authentication = new Riddle() }, "20 07 00 00 04 " + Method);
        await using MqttClient own = client;
        await server.SendAsync(auth);
        await server.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        await Assert.ThrowsAsync<MqttProtocolException>(() => client.Closed);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-7")]
    public async Task A_client_without_a_method_sends_no_auth_and_takes_none()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(new MqttClientOptions { ClientId = "c" });
        await using MqttClient own = client;
        Assert.Throws<InvalidOperationException>(() => { _ = client.ReauthenticateAsync(); });
        await server.SendAsync("F0 06 18 04 15 0001'm'");
        await server.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    public async Task Both_sides_of_this_library_understand_each_other()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(enhanced: new Door());
        var proof = new Riddle();
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions { Authentication = proof });
        await client.ReauthenticateAsync();
        Assert.Equal(["welcome", "welcome"], proof.Completed);
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("t", default, MqttQos.AtLeastOnce));
    }

    private sealed class Riddle : IMqttClientAuthentication
    {
        public string Method => "m";

        internal List<string> Completed { get; } = [];

        public ReadOnlyMemory<byte> Begin() => "hello"u8.ToArray();

        public ValueTask<ReadOnlyMemory<byte>> ContinueAsync(
            ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
            new(Encoding.UTF8.GetBytes("to: " + Encoding.UTF8.GetString(data.Span)));

        public void Complete(ReadOnlyMemory<byte> data) => Completed.Add(Encoding.UTF8.GetString(data.Span));
    }

    /// <summary>Asks "word" and lets in who answers.</summary>
    private sealed class Door : IMqttEnhancedAuthenticator, IMqttAuthenticationExchange
    {
        public IMqttAuthenticationExchange? Begin(string method, MqttLogin login) => method == "m" ? this : null;

        public ValueTask<MqttAuthenticationStep> ContinueAsync(
            ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => new(
            Encoding.UTF8.GetString(data.Span) switch
            {
                "hello" => MqttAuthenticationStep.Continue("word"u8.ToArray()),
                "to: word" => MqttAuthenticationStep.Decided(MqttLoginResult.Accepted(null), "welcome"u8.ToArray()),
                _ => MqttAuthenticationStep.Decided(MqttLoginResult.Refused(
                    MqttReasonCode.NotAuthorized, MqttRefusal.BadLogin, "wrong")),
            });
    }
}
