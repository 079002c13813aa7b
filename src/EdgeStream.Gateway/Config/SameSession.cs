using EdgeStream.Delivery;
using EdgeStream.Gateway.Destinations;

namespace EdgeStream.Gateway.Config;

/// <summary>Refuses two connections of one client identifier to one server: they would end each other for
/// ever.</summary>
internal static class SameSession
{
    /// <summary>Looks at all sources and deliveries.</summary>
    public static void Check(
        ConfigReader reader,
        ConfigValues root,
        IReadOnlyList<MqttSourceConfig> sources,
        IReadOnlyList<DeliveryDefinition> deliveries)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            Note(source.Link, $"the source '{source.Name}'", LinkKeys.Sources);
        }

        foreach (var delivery in deliveries)
        {
            if (delivery.Destination is MqttDestinationOptions destination)
            {
                Note(destination.Link, $"the delivery '{delivery.Name}'", DeliverySchema.List);
            }
        }

        void Note(MqttLinkConfig link, string owner, SchemaNode list)
        {
            var session = $"{link.Target} {link.ClientId}";
            if (!owners.TryAdd(session, owner))
            {
                reader.Report(root.At(list),
                    $"{owners[session]} and {owner} have the same 'clientId' at the same server; give each its own");
            }
        }
    }
}
