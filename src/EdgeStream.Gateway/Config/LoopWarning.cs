using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Devices;
using EdgeStream.Gateway.Destinations;

namespace EdgeStream.Gateway.Config;

/// <summary>Warns of records that would come back: delivered to a server from which a source takes them
/// again.</summary>
internal static class LoopWarning
{
    private const string AnyKey = "x";

    /// <summary>Looks at each source and each delivery of one server.</summary>
    public static void Check(
        ConfigReader reader,
        ConfigValues root,
        IReadOnlyList<MqttSourceConfig> sources,
        IReadOnlyList<DeliveryDefinition> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            if (delivery.Destination is not MqttDestinationOptions destination)
            {
                continue;
            }

            var topic = Encoding.UTF8.GetBytes(
                TopicTemplate.Fill(destination.Topic, delivery.Name, delivery.Stream, "shardId-000000000000", AnyKey));
            foreach (var source in sources)
            {
                if (source.Link.Target == destination.Link.Target && Takes(source, topic))
                {
                    reader.Warn(root.At(LinkKeys.Sources), $"what the delivery '{delivery.Name}' publishes at "
                        + $"{source.Link.Target} the source '{source.Name}' takes again: if its routes lead to the "
                        + $"stream '{delivery.Stream}', the records go round for ever. Narrow the subscriptions, or "
                        + "put the delivery's 'topic' elsewhere");
                }
            }
        }
    }

    private static bool Takes(MqttSourceConfig source, byte[] topic)
    {
        foreach (var subscription in source.Subscriptions)
        {
            var route = new RouteDefinition { Topic = subscription.Filter, Stream = StreamNames.Readings };
            if (route.FindProblem() is null && new Devices.Router([route]).Match(topic) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
