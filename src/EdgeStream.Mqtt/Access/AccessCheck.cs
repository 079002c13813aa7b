namespace EdgeStream.Mqtt;

/// <summary>Asks a client's rights, and counts and logs what they refuse.</summary>
internal static class AccessCheck
{
    /// <summary>Whether the client may publish on a topic.</summary>
    internal static bool MayPublish(ServerConnection connection, ReadOnlySpan<byte> topic)
    {
        if (connection.Rights is not { } rights || rights.MayPublish(topic))
        {
            return true;
        }

        if (connection.Broker.Refusals.TryReport(MqttRefusal.Publish, out long count))
        {
            string detail = $"it may not publish on '{Topics.Text(topic)}'";
            Log.Refused(connection.Broker.Logger, connection.ClientId, detail, MqttRefusal.Publish, count);
        }

        return false;
    }

    /// <summary>Whether the client may subscribe to a filter; of a shared one its inner filter counts.</summary>
    internal static bool MaySubscribe(ServerConnection connection, ReadOnlySpan<byte> filter)
    {
        if (connection.Rights is not { } rights || rights.MaySubscribe(Topics.WithoutShare(filter)))
        {
            return true;
        }

        if (connection.Broker.Refusals.TryReport(MqttRefusal.Subscribe, out long count))
        {
            string detail = $"it may receive nothing of '{Topics.Text(filter)}'";
            Log.Refused(connection.Broker.Logger, connection.ClientId, detail, MqttRefusal.Subscribe, count);
        }

        return false;
    }
}
