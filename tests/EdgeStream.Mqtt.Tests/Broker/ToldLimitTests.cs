namespace EdgeStream.Mqtt.Tests;

/// <summary>Limits that clients are told or feel.</summary>
public class ToldLimitTests : LimitStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync(
        options: new MqttBrokerOptions
        {
            PacketSizeBytesMax = 256,
            RetainedMessagesMax = 0,
            KeepAliveSecondsMax = 30,
            ResponseInformation = "replies/%c/",
        },
        authenticator: new MqttPasswordAuthenticator(DoorHost.Users("pump:secret", "valve:other"), null));
}
