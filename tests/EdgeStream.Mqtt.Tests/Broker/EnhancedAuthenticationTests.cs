using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 4.12: the host asks "word?" and takes "open", before CONNACK and again later.</summary>
public class EnhancedAuthenticationTests
{
    private const string Method = "15 00 01 'm'";

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-2", "MQTT-4.12.0-5", "MQTT-3.15.2-1", "MQTT-3.2.0-1")]
    public async Task Steps_are_exchanged_before_connack_which_carries_the_method_and_the_last_data()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await ChallengedAsync(host);
        await client.SendAsync(Auth(0x18, Method + "16 00 04 'open'"));
        string properties = Hex.Of(await client.ExpectConnack5Async());
        Assert.EndsWith(Hex.Of(Hex.Bytes(Method + "16 00 07 'welcome'")), properties, StringComparison.Ordinal);
        await client.SendAsync(RawClient.Publish5("t", "m", 1, 1));
        await client.ExpectAsync("40 02 00 01");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-4", "MQTT-3.2.2-7", "MQTT-3.1.4-6")]
    public async Task A_rejection_is_told_in_connack_and_ends_the_connection()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await ChallengedAsync(host);
        await client.SendAsync(Auth(0x18, Method + "16 00 05 'wrong'"));
        await client.ExpectConnack5Async(MqttReasonCode.NotAuthorized);
        await client.ExpectClosedAsync();
        Assert.Equal(0, host.Broker.Statistics.Sessions);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-1", "MQTT-4.12.0-6")]
    public async Task An_unknown_method_is_refused_and_without_a_method_there_is_no_exchange()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient unknown = await host.OpenAsync();
        await unknown.SendAsync(RawClient.Connect500("c", properties: "15 00 01 'x'"));
        await unknown.ExpectConnack5Async(MqttReasonCode.BadAuthenticationMethod);
        await unknown.ExpectClosedAsync();
        using RawClient plain = await host.OpenAsync();
        await plain.SendAsync(RawClient.Connect500("c"));
        byte[] properties = await plain.ExpectConnack5Async();
        Assert.DoesNotContain((byte)0x15, properties);
        await plain.ExpectNothingAsync();
    }

    [Theory]
    [InlineData("30 05 00 01 't' 00 'm'")] // Something else than AUTH.
    [InlineData("F0 06 18 04 15 00 01 'x'")] // Another method.
    [InlineData("F0 02 18 00")] // No method.
    [InlineData("F0 06 19 04 15 00 01 'm'")] // Again, before it is over.
    [InlineData("F0 06 00 04 15 00 01 'm'")] // Success is not the client's to say.
    [Statements(MqttVersion.V500, "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-4.13.1-1")]
    public async Task Nothing_but_the_next_step_is_taken_before_connack(string packet)
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await ChallengedAsync(host);
        await client.SendAsync(packet);
        await client.ExpectConnack5Async(MqttReasonCode.ProtocolError);
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.15.1-1")]
    public async Task Other_header_flags_are_malformed()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await ChallengedAsync(host);
        await client.SendAsync("F1 06 18 04 15 00 01 'm'");
        await client.ExpectConnack5Async(MqttReasonCode.MalformedPacket);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_client_may_give_up_before_connack()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await ChallengedAsync(host);
        await client.SendAsync("E0 00");
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_exchange_that_takes_too_long_ends()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await ChallengedAsync(host);
        host.Advance(host.Broker.Options.LoginTimeout.TotalSeconds + 2);
        Assert.Equal(0x20, (await client.ReadPacketAsync())[0]);
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.1-1", "MQTT-4.12.0-5", "MQTT-3.15.2-1")]
    public async Task A_client_authenticates_again_while_its_connection_goes_on()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await AcceptedAsync(host);
        await client.SendAsync(Auth(0x19, Method));
        await client.ExpectAsync(Auth(0x18, Method + "16 00 05 'word?'"));
        await client.ExpectNothingAsync();
        await client.SendAsync(Auth(0x18, Method + "16 00 04 'open'"));
        await client.ExpectAsync(Auth(0x00, Method + "16 00 07 'welcome'"));
        await client.SendAsync(Auth(0x19, "15 00 01 'x'"));
        await client.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.1-2", "MQTT-3.14.2-1")]
    public async Task A_re_authentication_that_fails_ends_the_connection()
    {
        await using BrokerHost host = await StartAsync();
        using RawClient client = await AcceptedAsync(host);
        await client.SendAsync(Auth(0x19, Method), Auth(0x18, Method + "16 00 05 'wrong'"));
        await client.ExpectAsync(Auth(0x18, Method + "16 00 05 'word?'"));
        await client.ExpectDisconnectAsync(MqttReasonCode.NotAuthorized);
    }

    [Fact]
    public async Task After_a_re_authentication_the_new_rights_count_for_what_the_client_gets_and_for_its_will()
    {
        var words = new WordAuthenticator();
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler, enhanced: words);
        using (RawClient client = await host.OpenAsync())
        {
            await client.SendAsync(RawClient.Packet(
                0x10, "00 04 'MQTT' 05 06 00 00 07 15 00 01 'm' 21 00 01 00 01 'c' 00 00 04 'will' 00 01 'x'"));
            await client.ExpectAsync(Auth(0x18, Method + "16 00 05 'word?'"));
            await client.SendAsync(Auth(0x18, Method + "16 00 04 'open'"));
            await client.ExpectConnack5Async();
            await client.SendAsync(RawClient.Subscribe5("#", 1));
            await client.ExpectAsync("90 04 00 01 00 01");
            await host.PublishAsync("b", "1", 1);
            await host.PublishAsync("b", "2", 1);
            await client.ExpectAsync(RawClient.Publish5("b", "1", 1, 1));
            words.Rights = new OneTopic("a");
            await client.SendAsync(Auth(0x19, Method), Auth(0x18, Method + "16 00 04 'open'"));
            await client.ExpectAsync(
                Auth(0x18, Method + "16 00 05 'word?'") + Auth(0x00, Method + "16 00 07 'welcome'"));
            await host.PublishAsync("b", "3", 1);
            await host.PublishAsync("a", "4", 1);
            await client.SendAsync("40 02 00 01");
            byte[] next = await client.ReadPacketAsync();
            Assert.EndsWith(Hex.Of("4"u8), Hex.Of(next), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => host.Broker.Refusals.Count(MqttRefusal.Will) == 1, "the will is refused");
        Assert.Empty(handler.Received);
    }

    [Fact]
    public async Task Where_names_are_identifiers_the_verified_name_counts_and_not_the_claimed_one()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { IsUserNameClientId = true }, enhanced: new WordAuthenticator());
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(
            0x10, "00 04 'MQTT' 05 82 00 00 04 15 00 01 'm' 00 01 'c' 00 03 'bob'"));
        await client.ExpectAsync(Auth(0x18, Method + "16 00 05 'word?'"));
        await client.SendAsync(Auth(0x18, Method + "16 00 04 'open'"));
        await client.ExpectConnack5Async();
        Assert.NotNull(host.Broker.Sessions.Find("ann"));
        Assert.Null(host.Broker.Sessions.Find("bob"));
    }

    [Fact]
    public async Task Where_names_are_identifiers_an_exchange_without_a_name_is_refused()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { IsUserNameClientId = true },
            enhanced: new WordAuthenticator { Name = null });
        using RawClient client = await ChallengedAsync(host);
        await client.SendAsync(Auth(0x18, Method + "16 00 04 'open'"));
        await client.ExpectConnack5Async(MqttReasonCode.NotAuthorized);
        await client.ExpectClosedAsync();
        Assert.Equal(0, host.Broker.Statistics.Sessions);
    }

    private static Task<BrokerHost> StartAsync() => BrokerHost.StartAsync(enhanced: new WordAuthenticator());

    private static string Auth(byte reason, string properties) =>
        RawClient.Packet(0xF0, $"{reason:X2}{Hex.Bytes(properties).Length:X2}{properties}");

    private static async Task<RawClient> ChallengedAsync(BrokerHost host)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", properties: Method));
        await client.ExpectAsync(Auth(0x18, Method + "16 00 05 'word?'"));
        return client;
    }

    private static async Task<RawClient> AcceptedAsync(BrokerHost host)
    {
        RawClient client = await ChallengedAsync(host);
        await client.SendAsync(Auth(0x18, Method + "16 00 04 'open'"));
        await client.ExpectConnack5Async();
        return client;
    }

    private sealed class WordAuthenticator : IMqttEnhancedAuthenticator
    {
        internal IMqttRights? Rights { get; set; }

        internal string? Name { get; init; } = "ann";

        public IMqttAuthenticationExchange? Begin(string method, MqttLogin login) =>
            method == "m" ? new WordExchange(Name, Rights) : null;
    }

    private sealed class OneTopic(string topic) : IMqttRights
    {
        public bool MayPublish(ReadOnlySpan<byte> name) => IsIt(name);

        public bool MaySubscribe(ReadOnlySpan<byte> filter) => true;

        public bool MayReceive(ReadOnlySpan<byte> name) => IsIt(name);

        private bool IsIt(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name) == topic;
    }

    private sealed class WordExchange(string? name, IMqttRights? rights) : IMqttAuthenticationExchange
    {
        private bool _hasAsked;

        public async ValueTask<MqttAuthenticationStep> ContinueAsync(
            ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (!_hasAsked)
            {
                _hasAsked = true;
                return MqttAuthenticationStep.Continue("word?"u8.ToArray());
            }

            return Encoding.UTF8.GetString(data.Span) == "open"
                ? MqttAuthenticationStep.Decided(MqttLoginResult.Accepted(name, rights), "welcome"u8.ToArray())
                : MqttAuthenticationStep.Decided(
                    MqttLoginResult.Refused(MqttReasonCode.NotAuthorized, MqttRefusal.BadLogin, "a wrong word"));
        }
    }
}
