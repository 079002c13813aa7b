using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Cli;

/// <summary>What a person sees when the gateway has started.</summary>
internal static class StartBanner
{
    /// <summary>Writes a few plain lines.</summary>
    public static void Write(TextWriter output, GatewayHost host)
    {
        var config = host.Parts.Config;
        output.WriteLine($"EdgeStream {GatewayVersion.Text} on {config.NodeId}");
        output.WriteLine($"  Dashboard  http://{host.HttpEndpoint}/");
        foreach (var endpoint in host.Parts.MqttEndpoints)
        {
            output.WriteLine($"  MQTT       {endpoint}");
        }

        if (host.Parts.Kinesis is { } kinesis)
        {
            output.WriteLine($"  Kinesis    {kinesis.Url}");
        }

        output.WriteLine($"  Data       {config.DataFolder}");
        foreach (var delivery in host.Parts.Deliveries.Status())
        {
            output.WriteLine($"  Delivery   {delivery.Stream} to {delivery.Target}");
        }

        output.WriteLine($"  Config     {config.File ?? "built-in defaults"}");
        var findings = host.Parts.Store.RecoveryFindings;
        var found = findings.Count == 0 ? "nothing to repair" : $"{findings.Count} findings, see the log";
        output.WriteLine($"  Recovery   {found}");
        if (config.Sensors.SimulatedEnabled)
        {
            output.WriteLine("  Demo       simulated sensors are on; their readings say so");
        }

        output.Flush();
    }
}
