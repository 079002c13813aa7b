namespace EdgeStream.Delivery;

/// <summary>Why nothing may begin, and until when.</summary>
internal readonly record struct LinkWait(LinkHold Hold, DateTimeOffset Until);
