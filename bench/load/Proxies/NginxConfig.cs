namespace Parley.Load.Proxies;

/// <summary>
/// nginx as one would run it in front of a model: kept-alive connections on both sides, nothing written to disk, events passed on as they
/// come.
/// </summary>
internal static class NginxConfig
{
    public static string Text(int port, int upstreamPort, string folder) => $$"""
        daemon off;
        worker_processes auto;
        worker_rlimit_nofile 16384;
        pid {{folder}}/nginx.pid;
        events { worker_connections 8192; }
        http {
          access_log off;
          tcp_nodelay on;
          keepalive_timeout 120s;
          keepalive_requests 100000000;
          client_max_body_size 32m;
          client_body_buffer_size 256k;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          upstream model {
            server 127.0.0.1:{{upstreamPort}} max_fails=0;
            keepalive 1024;
            keepalive_requests 100000000;
            keepalive_timeout 120s;
          }
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location / {
              proxy_pass http://model;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_read_timeout 60s;
            }
          }
        }
        """;
}
