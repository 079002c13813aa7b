namespace EdgeStream.Mqtt.Tests;

/// <summary>What a server under test tells of itself.</summary>
internal enum BrokerFigure
{
    /// <summary>Open connections.</summary>
    Connections,

    /// <summary>Sessions, with or without a connection.</summary>
    Sessions,

    /// <summary>Subscriptions of all sessions.</summary>
    Subscriptions,

    /// <summary>Topics with a retained message.</summary>
    Retained,
}
