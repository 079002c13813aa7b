namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 4.11: clients are sent to another server.</summary>
public class RedirectionTests
{
    private const string Reference = "[fe80::1]:1883 site.example.org";
    private static readonly string ReferenceProperty = "1C" + RawClient.Text(Reference);

    [Theory]
    [InlineData(false, "9C")]
    [InlineData(true, "9D")]
    public async Task A_login_may_be_answered_with_another_server(bool isPermanent, string reason)
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            authenticator: new Redirecting(new MqttRedirection(Reference, isPermanent)));
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        byte[] answer = await client.ReadPacketAsync();
        Assert.Equal($"00{reason}", Hex.Of(answer.AsSpan(2, 2)));
        Assert.Equal(Hex.Of(Hex.Bytes(ReferenceProperty)), Hex.Of(answer.AsSpan(5, 3 + Reference.Length)));
        await client.ExpectClosedAsync();
        Assert.Equal(0, host.Broker.Statistics.Sessions);
        Assert.Equal(1, host.Broker.Statistics.ClientsRedirected);
    }

    [Fact]
    public async Task A_311_client_gets_return_code_3()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            authenticator: new Redirecting(new MqttRedirection(Reference)));
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect311("c"));
        await client.ExpectAsync("20 02 00 03");
        await client.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(39, true)] // The reason string goes first: five bytes, then 34 of the reference.
    [InlineData(38, false)]
    public async Task What_the_client_can_t_take_is_left_out(int sizeMax, bool hasReference)
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            authenticator: new Redirecting(new MqttRedirection(Reference)));
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", properties: $"27 {sizeMax:X8}"));
        byte[] answer = await client.ReadPacketAsync();
        Assert.Equal(hasReference, answer.AsSpan().IndexOf(Hex.Bytes(ReferenceProperty)) > 0);
        Assert.InRange(answer.Length, 5, sizeMax);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task The_host_sends_everyone_away_and_takes_them_back()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c", properties: "11 00 00 0E 10");
        using RawClient small = await host.Connect500Async("small", properties: "27 00 00 00 1E");
        using RawClient old = await host.Connect311Async("old", isClean: false);
        using RawClient unknown = await host.OpenAsync();
        host.Broker.Redirect(new MqttRedirection(Reference, isPermanent: true));
        byte[] goodbye = await client.ReadPacketAsync();
        Assert.Equal("E0", Hex.Of(goodbye.AsSpan(0, 1)));
        Assert.Equal("9D", Hex.Of(goodbye.AsSpan(2, 1)));
        Assert.Equal(Hex.Of(Hex.Bytes(ReferenceProperty)), Hex.Of(goodbye.AsSpan(4, 3 + Reference.Length)));
        await client.ExpectClosedAsync();
        await small.ExpectAsync("E0 01 9D");
        await small.ExpectClosedAsync();
        await old.ExpectClosedAsync();

        await unknown.SendAsync(RawClient.Connect311("x"));
        await unknown.ExpectAsync("20 02 00 03");
        await unknown.ExpectClosedAsync();

        host.Broker.Redirect(null);
        using RawClient back = await host.Connect311Async("old", isClean: false, isPresent: true);
        await back.ExpectNothingAsync();
        Assert.Equal(4, host.Broker.Statistics.ClientsRedirected);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("")]
    [InlineData(null)]
    public void A_reference_is_text(string? reference) =>
        Assert.ThrowsAny<ArgumentException>(() => new MqttRedirection(reference!));

    private sealed class Redirecting(MqttRedirection redirection) : IMqttAuthenticator
    {
        public ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken) =>
            ValueTask.FromResult(MqttLoginResult.Redirected(redirection));
    }
}
