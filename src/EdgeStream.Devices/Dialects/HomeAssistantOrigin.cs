namespace EdgeStream.Devices;

/// <summary>How a gateway names itself in the announcements that it makes.</summary>
public static class HomeAssistantOrigin
{
    /// <summary>The origin's name.</summary>
    public const string Name = "EdgeStream";
}
