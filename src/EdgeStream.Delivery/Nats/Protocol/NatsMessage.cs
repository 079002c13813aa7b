namespace EdgeStream.Delivery;

/// <summary>What a NATS server has sent.</summary>
/// <param name="Subject">The subject of a message; null for an error.</param>
/// <param name="Headers">A message's headers, as they stand; null without.</param>
/// <param name="Payload">A message's payload.</param>
/// <param name="Error">The text of an error; null for a message.</param>
internal readonly record struct NatsMessage(string? Subject, string? Headers, byte[] Payload, string? Error);
