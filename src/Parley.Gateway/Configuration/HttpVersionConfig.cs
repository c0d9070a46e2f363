namespace Parley.Gateway.Configuration;

/// <summary>Which HTTP version a provider is spoken to in.</summary>
public enum HttpVersionConfig
{
    /// <summary><c>negotiate</c>: HTTP/2 where TLS offers it, else HTTP/1.1.</summary>
    Negotiate,

    /// <summary><c>1.1</c>.</summary>
    Http11,

    /// <summary><c>2</c>: HTTP/2 from the first byte, also in clear text.</summary>
    Http2,
}
