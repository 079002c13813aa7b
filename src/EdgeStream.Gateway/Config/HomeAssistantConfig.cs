namespace EdgeStream.Gateway.Config;

/// <summary>What Home Assistant is told of the devices.</summary>
/// <param name="IsEnabled">Whether anything.</param>
/// <param name="Prefix">What the topics of announcements begin with.</param>
/// <param name="Only">The devices, a line each, where a <c>*</c> at the end stands for any rest; empty for all.</param>
internal sealed record HomeAssistantConfig(bool IsEnabled, string Prefix, string Only);
