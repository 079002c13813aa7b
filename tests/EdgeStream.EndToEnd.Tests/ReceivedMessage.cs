namespace EdgeStream.EndToEnd.Tests;

/// <summary>A delivered record as a site's broker passed it on.</summary>
internal readonly record struct ReceivedMessage(string Id, string Topic, string Payload);
