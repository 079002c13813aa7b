namespace EdgeStream.Mqtt;

/// <summary>What a rule allows on the topics it matches.</summary>
[Flags]
public enum MqttTopicAccess
{
    /// <summary>Nothing: the topics are forbidden.</summary>
    Nothing = 0,

    /// <summary>To receive.</summary>
    Subscribe = 1,

    /// <summary>To publish.</summary>
    Publish = 2,

    /// <summary>Both.</summary>
    Both = Subscribe | Publish,
}
