namespace EdgeStream.Mqtt.Tests;

/// <summary>The same packet in either version, as hex.</summary>
internal static class Wire
{
    internal static string Connect(int version, string clientId, bool isClean = true) => version == 5
        ? RawClient.Connect500(clientId, isClean, isClean ? "" : "11 00 00 0E 10")
        : RawClient.Connect311(clientId, isClean);

    internal static string Publish(
        int version, string topic, string payload, int qos = 0, int id = 0, bool dup = false, bool retain = false) =>
        version == 5
            ? RawClient.Publish5(topic, payload, qos, id, "", dup, retain)
            : RawClient.Publish(topic, payload, qos, id, dup, retain);

    /// <summary>A SUBSCRIBE; each filter with the option byte behind it.</summary>
    internal static string Subscribe(int version, int id, params (string Filter, int Options)[] filters) =>
        RawClient.Packet(
            0x82,
            $"{id:X4}{NoProperties(version)}"
            + string.Concat(filters.Select(f => $"{RawClient.Text(f.Filter)}{f.Options:X2}")));

    internal static string Suback(int version, int id, params int[] codes) =>
        RawClient.Packet(0x90, $"{id:X4}{NoProperties(version)}{string.Concat(codes.Select(c => $"{c:X2}"))}");

    internal static string Unsubscribe(int version, int id, params string[] filters) =>
        RawClient.Packet(0xA2, $"{id:X4}{NoProperties(version)}{string.Concat(filters.Select(RawClient.Text))}");

    internal static string Unsuback(int version, int id, params int[] codes) =>
        RawClient.Packet(
            0xB0, $"{id:X4}" + (version == 5 ? "00" + string.Concat(codes.Select(c => $"{c:X2}")) : ""));

    /// <summary>A client of either version; a kept session of 5.0 has an hour.</summary>
    internal static Task<RawClient> ConnectAsync(
        BrokerUnderTest host, int version, string clientId = "c", bool isClean = true, bool isPresent = false) =>
        version == 5
            ? host.Connect500Async(clientId, isClean, isClean ? "" : "11 00 00 0E 10", isPresent)
            : host.Connect311Async(clientId, isClean, isPresent);

    internal static async Task<RawClient> SubscribedAsync(
        BrokerUnderTest host, int version, string filter, int qos, string clientId = "s", bool isClean = true)
    {
        RawClient client = await ConnectAsync(host, version, clientId, isClean);
        await client.SendAsync(Subscribe(version, 1, (filter, qos)));
        await client.ExpectAsync(Suback(version, 1, qos));
        return client;
    }

    /// <summary>Nothing that was published before reaches a subscriber of '#' at QoS 0.</summary>
    internal static async Task ExpectNoMessageAsync(BrokerUnderTest host, int version, RawClient watcher)
    {
        await host.PublishAsync("end", "m");
        await watcher.ExpectAsync(Publish(version, "end", "m"));
    }

    /// <summary>The connection ends; a 5.0 client is told why first.</summary>
    internal static Task ExpectRejectedAsync(RawClient client, int version, MqttReasonCode reason) =>
        version == 5 ? client.ExpectDisconnectAsync(reason) : client.ExpectClosedAsync();

    private static string NoProperties(int version) => version == 5 ? "00" : "";
}
