using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>What an action does, as it is configured; equal ones do the same.</summary>
internal abstract record AlertActionTarget
{
    /// <summary>Appends to a stream.</summary>
    public sealed record ToStream(string Name) : AlertActionTarget;

    /// <summary>Publishes to the gateway's own MQTT clients.</summary>
    public sealed record ToMqtt(string Topic, int Qos, bool Retain) : AlertActionTarget;

    /// <summary>Posts to a server.</summary>
    public sealed record ToWebhook(ServerLink Link) : AlertActionTarget;

    /// <summary>Runs a command; the program and its arguments stand on a line each.</summary>
    public sealed record ToCommand(string Lines, TimeSpan Timeout) : AlertActionTarget;

    /// <summary>Holds a line.</summary>
    public sealed record ToGpio(string Chip, int Line, bool ActiveLow, bool UntilAcknowledged) : AlertActionTarget;
}
